-- A query typed in, whose rows are taken back and written again.
CREATE TABLE clicks (user_name STRING, url STRING, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-clicks', 'format' = 'json');
SELECT url, COUNT(*) AS n, COUNT(DISTINCT user_name) AS users FROM clicks GROUP BY url HAVING COUNT(*) > 0;
