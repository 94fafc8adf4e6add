-- A time that is text, read by a pattern.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE log (id INT, event_time STRING, rt AS TO_TIMESTAMP(event_time, 'yyyy-MM-dd HH:mm:ss.SSS'), WATERMARK FOR rt AS rt - INTERVAL '0.1' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-log', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE per_second (ws TIMESTAMP(3), n BIGINT, PRIMARY KEY (ws) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'properties.bootstrap.servers' = 'x:1', 'topic' = 'recipes-per', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO per_second SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE log, DESCRIPTOR(rt), INTERVAL '1' SECOND)) GROUP BY window_start, window_end ON CONFLICT DO DEDUPLICATE;
