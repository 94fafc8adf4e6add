CREATE TABLE orders (
  order_id BIGINT NOT NULL, customer_id INT NOT NULL, amount DOUBLE NOT NULL, placed_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR due AS due - INTERVAL '1' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = '${INPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TABLE out_orders (
  order_id BIGINT, hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
-- The output topic stands for one that nobody writes to while the join waits for it.
CREATE TABLE shipments (order_id BIGINT, shipped_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR shipped_at AS shipped_at
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = '${GROUP_ID}-shipments', 'scan.startup.mode' = 'latest-offset', 'value.format' = 'json');
INSERT INTO out_orders SELECT o.order_id, o.hdr, o.due FROM orders AS o LEFT JOIN shipments AS s
ON o.order_id = s.order_id AND s.shipped_at BETWEEN o.due AND o.due + INTERVAL '5' SECOND;
