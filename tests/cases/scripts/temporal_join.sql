-- Each order in the currency of its day.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  order_id STRING NOT NULL, currency STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL,
  ordered_at TIMESTAMP(3) NOT NULL, hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  WATERMARK FOR ordered_at AS ordered_at
) WITH (
  'connector' = 'kafka', 'topic' = 'join-temporal-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'format' = 'json'
);
CREATE TABLE rates (
  currency STRING NOT NULL, rate DECIMAL(10, 4) NOT NULL, changed TIMESTAMP(3) NOT NULL,
  WATERMARK FOR changed AS changed, PRIMARY KEY (currency) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'join-rates', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'key.format' = 'raw', 'value.format' = 'json'
);
CREATE TABLE converted (order_id STRING, total DECIMAL(20, 6), hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'join-converted', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO converted
SELECT o.order_id, o.amount * r.rate, o.hdr
FROM orders AS o JOIN rates FOR SYSTEM_TIME AS OF o.ordered_at AS r ON o.currency = r.currency;
