-- A price that fell at least once and rose again.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE ticks (
  symbol STRING NOT NULL, price INT NOT NULL, traded TIMESTAMP(3) NOT NULL,
  WATERMARK FOR traded AS traded - INTERVAL '0.2' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-ticks', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x',
  'key.format' = 'avro-confluent', 'key.avro-confluent.url' = 'http://x', 'key.fields' = 'symbol'
);
CREATE TABLE dips (symbol STRING, began TIMESTAMP(3), lowest INT, ended TIMESTAMP(3)) WITH (
  'connector' = 'kafka', 'topic' = 'ten-dips', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO dips
SELECT m.symbol, m.began, m.lowest, m.ended FROM ticks
MATCH_RECOGNIZE (
  PARTITION BY symbol ORDER BY traded
  MEASURES A.traded AS began, LAST(B.price) AS lowest, C.traded AS ended
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE B AS B.price < 20, C AS C.price >= 20
) AS m;
