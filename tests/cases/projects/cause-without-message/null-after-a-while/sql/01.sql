CREATE TABLE orders (order_id BIGINT NOT NULL, customer_id INT NOT NULL, amount DOUBLE NOT NULL, placed_at TIMESTAMP(3), t AS IF(order_id > 20, CAST(NULL AS TIMESTAMP(3)), placed_at), WATERMARK FOR t AS t - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${INPUT_TOPIC}', 'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TABLE out_orders (order_id BIGINT, t TIMESTAMP(3)) WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${OUTPUT_TOPIC}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TEMPORARY VIEW timed AS SELECT order_id, t FROM orders WHERE order_id >= 0;
INSERT INTO out_orders SELECT order_id, t FROM timed;
