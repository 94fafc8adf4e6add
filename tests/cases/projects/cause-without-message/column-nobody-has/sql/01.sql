CREATE TABLE orders (order_id BIGINT NOT NULL, customer_id INT NOT NULL, amount DOUBLE NOT NULL, placed_at TIMESTAMP(3), t AS CASE WHEN amount < 0 THEN CAST(NULL AS TIMESTAMP(3)) ELSE placed_at END, WATERMARK FOR t AS t - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${INPUT_TOPIC}', 'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
CREATE TABLE out_orders (order_id BIGINT, t TIMESTAMP(3)) WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${OUTPUT_TOPIC}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
INSERT INTO out_orders
SELECT order_id,
       placed_att
FROM orders;
