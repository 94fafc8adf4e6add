CREATE TABLE orders (id INT NOT NULL, kind STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-avro', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = 'any-sql-avro-group', 'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro-confluent', 'avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'
);
CREATE TABLE copies WITH ('topic' = 'any-sql-avro-copies') LIKE orders;
INSERT INTO copies SELECT * FROM orders;
