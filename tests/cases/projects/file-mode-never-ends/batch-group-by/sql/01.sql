SET 'execution.runtime-mode' = 'batch';
CREATE TABLE payments (
  id INT NOT NULL, city STRING NOT NULL, amount DOUBLE NOT NULL
) WITH ('connector' = 'filesystem', 'path' = '${DATA_FILE}', 'format' = 'csv', 'csv.null-literal' = '\N');
CREATE TABLE out_orders (
  city STRING NOT NULL, n BIGINT NOT NULL
) WITH (
  'connector' = 'kafka', 'topic' = '${OUTPUT_TOPIC}', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}');
INSERT INTO out_orders SELECT city, COUNT(*) FROM payments GROUP BY city;
