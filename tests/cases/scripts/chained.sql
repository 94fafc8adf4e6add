CREATE DATABASE shop;
USE shop;
CREATE TEMPORARY TABLE events (id BIGINT, kind STRING, seen TIMESTAMP_LTZ(3), WATERMARK FOR seen AS seen) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-events', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'any-sql-g', 'format' = 'json'
);
CREATE TABLE wrong (id BIGINT, kind STRING) WITH ('connector' = 'blackhole');
DROP TABLE wrong;
CREATE TABLE between_jobs (id BIGINT, kind STRING) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-between', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'any-sql-g', 'format' = 'json'
);
ALTER TABLE between_jobs ADD (note STRING);
CREATE TABLE printed (id BIGINT, kind STRING) WITH ('connector' = 'print');
BEGIN STATEMENT SET;
INSERT INTO between_jobs SELECT id, kind, 'it''s; "noted"' FROM events;
INSERT INTO printed SELECT id, UPPER(kind) FROM between_jobs /*+ OPTIONS('scan.startup.mode' = 'latest-offset') */;
END;
