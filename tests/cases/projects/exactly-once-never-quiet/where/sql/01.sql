SET 'execution.checkpointing.interval' = '2 s';
CREATE TABLE orders (
  order_id BIGINT NOT NULL, customer_id INT NOT NULL, amount DOUBLE NOT NULL, placed_at TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${INPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TABLE out_orders (
  order_id BIGINT, amount DOUBLE, hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'tx-${RUN_ID}',
  'properties.transaction.timeout.ms' = '60000',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
INSERT INTO out_orders SELECT order_id, amount, hdr, due FROM orders WHERE amount > 20;
