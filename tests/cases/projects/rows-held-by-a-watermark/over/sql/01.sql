CREATE TABLE orders (
  order_id BIGINT NOT NULL, customer_id INT NOT NULL, amount DOUBLE NOT NULL, placed_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR due AS due - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = '${INPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TABLE out_orders (
  customer_id INT, n BIGINT, hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
INSERT INTO out_orders SELECT customer_id, COUNT(*) OVER (
  PARTITION BY customer_id ORDER BY due RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW), hdr, due FROM orders;
