-- Every order, with its shipment once there is one.
SET 'table.exec.state.ttl' = '1 d';
CREATE TABLE orders (order_id BIGINT NOT NULL, customer STRING) WITH (
  'connector' = 'kafka', 'topic' = 'ten-oj-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x'
);
CREATE TABLE shipments (shipment_id STRING NOT NULL, order_id BIGINT NOT NULL, carrier STRING) WITH (
  'connector' = 'kafka', 'topic' = 'ten-oj-shipments', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'key.format' = 'avro-confluent', 'key.avro-confluent.url' = 'http://x', 'key.fields' = 'shipment_id',
  'value.format' = 'json'
);
CREATE TABLE shipped (order_id BIGINT, customer STRING, carrier STRING, PRIMARY KEY (order_id) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'ten-oj-shipped', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'json', 'value.format' = 'json'
);
INSERT INTO shipped
SELECT /*+ STATE_TTL('o' = '1d', 's' = '12h') */ o.order_id, MAX(o.customer), MAX(s.carrier)
FROM orders o LEFT JOIN shipments s ON o.order_id = s.order_id GROUP BY o.order_id;
