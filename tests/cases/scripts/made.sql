CREATE TABLE events (id INT NOT NULL, kind STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-made-from', 'properties.bootstrap.servers' = 'nowhere.example:9092',
  'properties.group.id' = 'theirs', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE copies WITH ('connector' = 'kafka', 'topic' = 'any-sql-made', 'properties.group.id' = 'theirs',
  'properties.bootstrap.servers' = 'nowhere.example:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
) AS SELECT id, kind FROM events;
CREATE TABLE shown WITH ('connector' = 'print') AS SELECT id, UPPER(kind) AS kind FROM copies;
CREATE TABLE IF NOT EXISTS counts (PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka',
  'topic' = 'any-sql-made-counts', 'properties.bootstrap.servers' = 'nowhere.example:9092', 'key.format' = 'json',
  'value.format' = 'json') AS SELECT id, COUNT(*) AS n FROM copies GROUP BY id;
