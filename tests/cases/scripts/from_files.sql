CREATE TABLE orders (
  order_id BIGINT NOT NULL, customer_id INT NOT NULL, placed TIMESTAMP(3)
) WITH (
  'connector' = 'kafka', 'topic' = 'from-files-orders', 'properties.bootstrap.servers' = 'elsewhere:9092',
  'properties.group.id' = 'g', 'key.format' = 'avro-confluent', 'key.avro-confluent.url' = 'http://elsewhere:8081',
  'key.fields' = 'order_id', 'value.format' = 'avro-confluent', 'value.avro-confluent.url' = 'http://elsewhere:8081');
CREATE TABLE customers (customer_id INT NOT NULL, name STRING) WITH (
  'connector' = 'kafka', 'topic' = 'from-files-customers', 'properties.bootstrap.servers' = 'elsewhere:9092',
  'properties.group.id' = 'g', 'key.format' = 'raw', 'key.fields' = 'customer_id', 'value.format' = 'json');
CREATE TABLE named (order_id BIGINT, placed TIMESTAMP(3), name STRING) WITH (
  'connector' = 'kafka', 'topic' = 'from-files-named', 'properties.bootstrap.servers' = 'elsewhere:9092',
  'format' = 'json');
INSERT INTO named SELECT o.order_id, o.placed, c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id;
