CREATE TABLE orders (id INT NOT NULL, kind STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-rows', 'properties.bootstrap.servers' = 'nowhere.example:9092',
  'properties.group.id' = 'theirs', 'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro-confluent', 'avro-confluent.url' = 'http://nowhere.example'
);
CREATE TABLE copies WITH ('topic' = 'any-sql-rows-copies') LIKE orders;
INSERT INTO copies SELECT * FROM orders;
