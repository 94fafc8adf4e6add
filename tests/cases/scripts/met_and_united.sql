-- One input's records beside another's in one topic, and both joined: with the latest due time, and with that of one.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE orders (
  order_id STRING NOT NULL, amount INT NOT NULL, ordered_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'met-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'met-g', 'format' = 'json'
);
CREATE TABLE payments (
  payment_id BIGINT NOT NULL, order_id STRING NOT NULL, paid_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR paid_at AS paid_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'met-payments', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'met-g', 'format' = 'json'
);
CREATE TABLE united (order_id STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'met-united', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
CREATE TABLE paid (
  order_id STRING, payment_id BIGINT,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = 'met-paid', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
CREATE TABLE half_timed (order_id STRING, payment_id BIGINT, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'met-half-timed', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
CREATE VIEW met AS
SELECT o.order_id, p.payment_id, o.hdr, GREATEST(o.due, p.due) AS due
FROM orders AS o JOIN payments AS p ON o.order_id = p.order_id
 AND p.paid_at BETWEEN o.ordered_at - INTERVAL '1' SECOND AND o.ordered_at + INTERVAL '10' SECOND;
EXECUTE STATEMENT SET BEGIN
  INSERT INTO united SELECT order_id, hdr FROM orders UNION ALL SELECT order_id, hdr FROM payments WHERE payment_id >= 0;
  INSERT INTO paid SELECT order_id, payment_id, hdr, due FROM met;
  INSERT INTO half_timed SELECT order_id, payment_id, hdr FROM met;
END;
