-- What every script of this folder may use.
CREATE TABLE orders (
  id INT,
  customer STRING NOT NULL,
  amount DECIMAL(10, 2),
  currency STRING,
  tags ARRAY<STRING>,
  address ROW<city STRING, zip INT>,
  placed TIMESTAMP(3),
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'broker:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE payments (
  id INT,
  order_id INT,
  paid TIMESTAMP(3),
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR paid AS paid
) WITH (
  'connector' = 'kafka', 'topic' = 'payments', 'properties.bootstrap.servers' = 'broker:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE rates (
  currency STRING,
  rate DECIMAL(10, 4),
  since TIMESTAMP(3),
  WATERMARK FOR since AS since,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'rates', 'properties.bootstrap.servers' = 'broker:9092',
  'key.format' = 'raw', 'value.format' = 'json');
CREATE TABLE traced (
  id INT,
  text STRING,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = 'traced', 'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json');
CREATE TABLE plain (id INT, text STRING) WITH (
  'connector' = 'kafka', 'topic' = 'plain', 'properties.bootstrap.servers' = 'broker:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE totals (customer STRING, n BIGINT, PRIMARY KEY (customer) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'totals', 'properties.bootstrap.servers' = 'broker:9092',
  'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE gone (id INT, text STRING) WITH ('connector' = 'blackhole');
