-- Quoted names, JSON in text, a map, a row in a row, computed and metadata columns.
CREATE TABLE `raw events` (
  `event id` STRING, payload STRING, attrs MAP<STRING, STRING>, who ROW<name STRING, address ROW<city STRING, zip STRING>>, price DECIMAL(20,4),
  cost AS price * 2, seen AS PROCTIME(), `partition` INT METADATA VIRTUAL, `offset` BIGINT METADATA VIRTUAL, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-raw', 'format' = 'json', 'json.ignore-parse-errors' = 'true');
CREATE TABLE out_events (id STRING, kind STRING, city STRING, a STRING, cost DECIMAL(20,4), p INT, o BIGINT, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-out', 'format' = 'json');
INSERT INTO out_events SELECT `event id`, JSON_VALUE(payload, '$.kind'), who.address.city, attrs['k'], cost, `partition`, `offset`, ts FROM `raw events`;
