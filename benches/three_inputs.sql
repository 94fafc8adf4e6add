-- An order, its payment and its shipment: three inputs that meet in two joins.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (order_id BIGINT NOT NULL, customer STRING, ordered_at TIMESTAMP(3) NOT NULL, WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json');
CREATE TABLE payments (order_id BIGINT NOT NULL, paid DOUBLE, paid_at TIMESTAMP(3) NOT NULL, WATERMARK FOR paid_at AS paid_at - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'payments', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json');
CREATE TABLE shipments (order_id BIGINT NOT NULL, carrier STRING, shipped_at TIMESTAMP(3) NOT NULL, WATERMARK FOR shipped_at AS shipped_at - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'shipments', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x');
CREATE TABLE done (order_id BIGINT, paid DOUBLE, carrier STRING) WITH ('connector' = 'blackhole');
INSERT INTO done
SELECT o.order_id, p.paid, s.carrier
FROM orders AS o
JOIN payments AS p ON o.order_id = p.order_id AND p.paid_at BETWEEN o.ordered_at - INTERVAL '2' SECOND AND o.ordered_at + INTERVAL '2' SECOND
JOIN shipments AS s ON o.order_id = s.order_id AND s.shipped_at BETWEEN o.ordered_at - INTERVAL '2' SECOND AND o.ordered_at + INTERVAL '2' SECOND;
