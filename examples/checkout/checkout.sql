-- Large orders as they come, and what each shop turns over in five seconds.
SET 'table.exec.source.idle-timeout' = '1 s';

CREATE TABLE orders (
  order_id   STRING NOT NULL,
  shop_id    INT NOT NULL,
  amount     DOUBLE NOT NULL,
  ordered_at TIMESTAMP(3) NOT NULL,
  headers    MAP<STRING, BYTES> METADATA,
  sent_at    TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'checkout-orders',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'checkout',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE large_orders (
  order_id STRING,
  amount   DOUBLE,
  headers  MAP<STRING, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'topic' = 'large-orders',
  'properties.bootstrap.servers' = 'kafka:9092',
  'format' = 'json'
);

CREATE TABLE turnover (
  shop_id  INT,
  until    TIMESTAMP(3),
  orders   BIGINT,
  turnover DOUBLE,
  sent_at  TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka',
  'topic' = 'turnover',
  'properties.bootstrap.servers' = 'kafka:9092',
  'format' = 'avro-confluent',
  'avro-confluent.url' = 'http://registry:8081'
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO large_orders
  SELECT order_id, amount, headers FROM orders WHERE amount > 50;

  INSERT INTO turnover
  SELECT shop_id, window_end, COUNT(*), SUM(amount), MAX(sent_at)
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ordered_at), INTERVAL '5' SECOND))
  GROUP BY shop_id, window_start, window_end;
END;
