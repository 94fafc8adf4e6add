-- Large orders as they come, and how much each shop has turned over so far.
CREATE TABLE orders (
  order_id STRING NOT NULL, shop STRING NOT NULL, amount DOUBLE NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', sent TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-set-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'scan.startup.mode' = 'latest-offset', 'format' = 'json'
);
CREATE TABLE large_orders (order_id STRING, amount DOUBLE, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'ten-large', 'properties.bootstrap.servers' = 'x:1', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x'
);
CREATE TABLE turnover (shop STRING, orders BIGINT, turnover DOUBLE, sent TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', PRIMARY KEY (shop) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'ten-turnover', 'properties.bootstrap.servers' = 'x:1', 'key.format' = 'raw', 'value.format' = 'json'
);
BEGIN STATEMENT SET;
INSERT INTO large_orders SELECT order_id, amount, hdr FROM orders WHERE amount > 50;
INSERT INTO turnover SELECT shop, COUNT(*), SUM(amount), MAX(sent) FROM orders GROUP BY shop;
END;
