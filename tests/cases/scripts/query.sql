CREATE TABLE events (id BIGINT NOT NULL, kind STRING) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-events', 'properties.bootstrap.servers' = 'x:1',
  'scan.startup.mode' = 'latest-offset', 'format' = 'avro'
);
SELECT id, kind FROM events;
