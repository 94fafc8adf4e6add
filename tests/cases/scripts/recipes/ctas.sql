-- Tables made of queries.
CREATE TABLE src (id BIGINT NOT NULL, v DOUBLE, h MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-src', 'format' = 'json');
CREATE TABLE copy_of WITH ('connector' = 'kafka', 'topic' = 'recipes-copy', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json') AS SELECT id, v FROM src WHERE v > 1;
CREATE TABLE all_of WITH ('connector' = 'kafka', 'topic' = 'recipes-second', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json') AS SELECT id, v FROM src;
