-- Each payment meets the order that it pays.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  order_id STRING NOT NULL, customer STRING, amount DECIMAL(10, 2), ordered_at TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'join-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'format' = 'json'
);
CREATE TABLE payments (
  payment_id BIGINT NOT NULL, order_id STRING NOT NULL, paid_at TIMESTAMP(3) NOT NULL,
  WATERMARK FOR paid_at AS paid_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'join-payments', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x',
  'key.format' = 'raw', 'key.fields' = 'payment_id'
);
CREATE TABLE paid (order_id STRING, payment_id BIGINT, amount DECIMAL(10, 2)) WITH (
  'connector' = 'kafka', 'topic' = 'join-paid', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO paid
SELECT o.order_id, p.payment_id, o.amount
FROM orders AS o JOIN payments AS p ON o.order_id = p.order_id
 AND p.paid_at BETWEEN o.ordered_at - INTERVAL '1' SECOND AND o.ordered_at + INTERVAL '10' SECOND;
