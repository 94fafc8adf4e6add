-- Two sources as one, through views on views, with an array taken apart.
CREATE TABLE web (id BIGINT, amount DECIMAL(12,3), tags ARRAY<STRING>, happened TIMESTAMP_LTZ(3), WATERMARK FOR happened AS happened) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-web', 'format' = 'json');
CREATE TABLE app (id BIGINT, amount DECIMAL(12,3), tags ARRAY<STRING>, happened TIMESTAMP(3), WATERMARK FOR happened AS happened) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-app', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x');
CREATE TEMPORARY VIEW a AS SELECT 'web' AS src, id, amount, tags FROM web;
CREATE TEMPORARY VIEW b AS SELECT 'app' AS src, id, amount, tags FROM app;
CREATE VIEW everything AS SELECT * FROM a UNION ALL SELECT * FROM b;
CREATE VIEW labelled AS SELECT src, id, amount, CASE WHEN amount > 50 THEN 'big' WHEN amount IS NULL THEN 'none' ELSE 'small' END AS size, tags FROM everything;
SELECT src, id, size, t.tag FROM labelled CROSS JOIN UNNEST(tags) AS t (tag);
