-- The latest rate of each currency is a view; an order without one is kept.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  order_id STRING NOT NULL, currency STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ordered_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', WATERMARK FOR ordered_at AS ordered_at - INTERVAL '0.5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-vv-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x'
);
CREATE TABLE rate_changes (
  currency STRING NOT NULL, rate DECIMAL(10, 4) NOT NULL, changed TIMESTAMP(3) NOT NULL, WATERMARK FOR changed AS changed
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-vv-rates', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'json'
);
CREATE VIEW rates AS
SELECT currency, rate, changed FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY currency ORDER BY changed DESC) AS nr FROM rate_changes
) WHERE nr = 1;
CREATE TABLE converted (order_id STRING, total DECIMAL(20, 6), hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'ten-vv-converted', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO converted
SELECT o.order_id, o.amount * r.rate, o.hdr
FROM orders AS o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.ordered_at AS r ON o.currency = r.currency;
