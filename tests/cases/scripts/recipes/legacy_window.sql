-- A window of the older kind over a time that is a number.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE log (ip STRING, ts BIGINT, row_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR row_time AS row_time - INTERVAL '0.1' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-log', 'format' = 'json');
CREATE TABLE per_second (ws TIMESTAMP(3), n BIGINT) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-per', 'format' = 'json');
INSERT INTO per_second SELECT TUMBLE_START(row_time, INTERVAL '1' SECOND), COUNT(*) FROM log GROUP BY TUMBLE(row_time, INTERVAL '1' SECOND);
