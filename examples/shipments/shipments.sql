-- Each shipment that leaves within an hour of its order, with what the order says.
SET 'table.exec.source.idle-timeout' = '1 s';

CREATE TABLE orders (
  order_id   STRING NOT NULL,
  customer   STRING,
  amount     DECIMAL(10, 2),
  ordered_at TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'orders',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'shipping',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro-confluent',
  'avro-confluent.url' = 'http://registry:8081'
);

CREATE TABLE shipments (
  shipment_id STRING NOT NULL,
  order_id    STRING NOT NULL,
  carrier     STRING,
  shipped_at  TIMESTAMP(3) NOT NULL,
  WATERMARK FOR shipped_at AS shipped_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'shipments',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'shipping',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE shipped_orders (
  order_id    STRING,
  shipment_id STRING,
  carrier     STRING,
  amount      DECIMAL(10, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = 'shipped-orders',
  'properties.bootstrap.servers' = 'kafka:9092',
  'format' = 'json'
);

INSERT INTO shipped_orders
SELECT o.order_id, s.shipment_id, s.carrier, o.amount
FROM orders AS o
JOIN shipments AS s
  ON o.order_id = s.order_id
 AND s.shipped_at BETWEEN o.ordered_at AND o.ordered_at + INTERVAL '1' HOUR;
