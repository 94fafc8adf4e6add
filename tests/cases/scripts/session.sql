-- Visits: clicks of one user with no pause of a second between them.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE clicks (
  user_id BIGINT NOT NULL, url STRING, clicked TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR clicked AS clicked - INTERVAL '0.1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-clicks', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'key.format' = 'json', 'key.fields' = 'user_id', 'value.format' = 'json'
);
CREATE TABLE visits (user_id BIGINT, began TIMESTAMP(3), ended TIMESTAMP(3), clicks BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'ten-visits', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'json', 'key.fields' = 'user_id', 'value.format' = 'json'
);
INSERT INTO visits
SELECT user_id, window_start, window_end, COUNT(*)
FROM TABLE(SESSION(TABLE clicks PARTITION BY user_id, DESCRIPTOR(clicked), INTERVAL '1' SECOND))
GROUP BY user_id, window_start, window_end;
