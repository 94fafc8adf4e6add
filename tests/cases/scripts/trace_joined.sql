-- Three inputs meet, and each leaves a column in the row that leads back to its record.
CREATE TABLE orders (order_id STRING NOT NULL, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-joined-orders');
CREATE TABLE payments (payment_id BIGINT NOT NULL, order_id STRING NOT NULL)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-joined-payments');
CREATE TABLE shipments (shipment_id STRING NOT NULL, order_id STRING NOT NULL)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g',
  'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x', 'topic' = 'trace-joined-shipments');
CREATE TABLE delivered (order_id STRING, payment_id BIGINT, shipment_id STRING, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g',
  'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x', 'topic' = 'trace-joined-delivered');
INSERT INTO delivered
SELECT o.order_id, p.payment_id, s.shipment_id, o.amount
FROM orders AS o JOIN payments AS p ON o.order_id = p.order_id JOIN shipments AS s ON o.order_id = s.order_id;
