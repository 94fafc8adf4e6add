-- Two windows joined.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE l (num INT, id STRING, row_time TIMESTAMP(3), WATERMARK FOR row_time AS row_time - INTERVAL '0.1' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-l', 'format' = 'json');
CREATE TABLE r (num INT, id STRING, row_time TIMESTAMP(3), WATERMARK FOR row_time AS row_time - INTERVAL '0.1' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-r', 'format' = 'json');
CREATE TABLE o (left_num INT, lid STRING, rn INT, rid STRING, ws TIMESTAMP(3)) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-o', 'format' = 'json');
INSERT INTO o SELECT L.num, L.id, R.num, R.id, L.window_start FROM (SELECT * FROM TABLE(TUMBLE(TABLE l, DESCRIPTOR(row_time), INTERVAL '1' SECOND))) L
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE r, DESCRIPTOR(row_time), INTERVAL '1' SECOND))) R ON L.num = R.num AND L.window_start = R.window_start AND L.window_end = R.window_end;
