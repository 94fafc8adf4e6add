CREATE TABLE payments (
  id INT NOT NULL, city STRING NOT NULL, amount DOUBLE NOT NULL
) WITH ('connector' = 'filesystem', 'path' = '${DATA_FILE}', 'format' = 'csv', 'csv.null-literal' = '\N');
CREATE TABLE out_orders (
  id INT, city STRING, amount DOUBLE
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
INSERT INTO out_orders SELECT id, city, amount FROM payments WHERE amount > 50;
