-- A job as somebody wrote it for their own cluster.
SET 'table.dml-sync' = 'true';
SET 'pipeline.name' = 'billing';
CREATE TABLE orders (
  order_id STRING NOT NULL,
  customer STRING,
  amount DECIMAL(10, 2),
  placed TIMESTAMP(3),
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'any-sql-orders',
  'properties.bootstrap.servers' = 'kafka.prod.example.com:9092',
  'properties.group.id' = 'any-sql-billing',
  'properties.security.protocol' = 'SASL_SSL',
  'properties.sasl.mechanism' = 'PLAIN',
  'properties.sasl.jaas.config' = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="hidden-word-1";',
  'scan.startup.mode' = 'latest-offset',
  'format' = 'avro-confluent',
  'avro-confluent.url' = 'https://user:hidden-word-2@registry.prod.example.com',
  'avro-confluent.subject' = 'any-sql-orders-value'
);
CREATE TABLE paid_orders (
  order_id STRING,
  amount DECIMAL(10, 2),
  hdr MAP<STRING, BYTES> METADATA FROM 'headers'
) WITH (
  'connector' = 'kafka',
  'topic' = 'any-sql-paid',
  'properties.bootstrap.servers' = 'kafka.prod.example.com:9092',
  'format' = 'avro-confluent',
  'avro-confluent.url' = 'https://user:hidden-word-2@registry.prod.example.com'
);
CREATE TEMPORARY VIEW latest AS SELECT order_id, amount, hdr FROM orders;
INSERT INTO paid_orders SELECT order_id, amount, hdr FROM latest;
