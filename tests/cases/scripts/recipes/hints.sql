-- Options in a hint, and small types.
CREATE TABLE s (id INT, name VARCHAR(20), ok BOOLEAN, d DATE, t TIME(3), b BYTES, x FLOAT, y SMALLINT, z TINYINT, c CHAR(3)) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-s', 'format' = 'json');
CREATE TABLE k (id INT, name STRING, ok BOOLEAN, d DATE, x FLOAT) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-k', 'format' = 'json');
INSERT INTO k SELECT id, CONCAT_WS('-', name, c), ok, d, x FROM s /*+ OPTIONS('scan.startup.mode' = 'earliest-offset', 'properties.group.id' = 'hinted') */ WHERE ok AND y IS NOT NULL;
