-- Each order at the rate that held when it was placed; rates come from a database that creates, updates and deletes them.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  order_id STRING NOT NULL, currency INT NOT NULL, amount INT NOT NULL,
  ordered_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', WATERMARK FOR ordered_at AS ordered_at
) WITH (
  'connector' = 'kafka', 'topic' = 'temporal-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'temporal-g', 'format' = 'json'
);
CREATE TABLE rates (
  currency INT NOT NULL, rate INT NOT NULL,
  changed TIMESTAMP_LTZ(3) METADATA FROM 'value.source.timestamp' VIRTUAL,
  WATERMARK FOR changed AS changed, PRIMARY KEY (currency) NOT ENFORCED
) WITH (
  'connector' = 'kafka', 'topic' = 'temporal-rates', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'temporal-g', 'format' = 'debezium-json'
);
CREATE TABLE converted (order_id STRING, currency INT, rate INT, amount INT) WITH (
  'connector' = 'kafka', 'topic' = 'temporal-converted', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO converted
SELECT o.order_id, o.currency, r.rate, o.amount
FROM orders AS o JOIN rates FOR SYSTEM_TIME AS OF o.ordered_at AS r ON o.currency = r.currency;
