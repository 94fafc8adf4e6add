-- Orders of each second; what comes later than the watermark allows is dropped.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  `order_id` STRING NOT NULL, shop STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ordered_at TIMESTAMP(3) NOT NULL,
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '0.5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-late', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x'
);
CREATE TABLE per_second (
  window_start TIMESTAMP(3), window_end TIMESTAMP(3), orders BIGINT, turnover DECIMAL(38, 2), `timestamp` TIMESTAMP_LTZ(3) METADATA
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-per-second', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO per_second
SELECT window_start, window_end, COUNT(*), SUM(amount), MAX(due)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ordered_at), INTERVAL '1' SECOND))
GROUP BY window_start, window_end;
