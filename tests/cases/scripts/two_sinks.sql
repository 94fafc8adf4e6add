CREATE TABLE orders (
  order_id STRING NOT NULL, customer STRING NOT NULL, quantity INT NOT NULL, placed TIMESTAMP(3) NOT NULL,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers', due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  WATERMARK FOR placed AS placed
) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'any-sql-g', 'format' = 'avro-confluent', 'avro-confluent.url' = 'http://x'
);
CREATE TABLE copies (order_id STRING, quantity INT, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-copies', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
CREATE TABLE counts (started TIMESTAMP(3), customers BIGINT, due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-counts', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
CREATE TABLE unseen (order_id STRING) WITH ('connector' = 'blackhole');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO copies SELECT order_id, quantity, hdr FROM orders;
  INSERT INTO counts SELECT window_start, COUNT(DISTINCT customer), MAX(due)
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;
END;
INSERT INTO unseen SELECT order_id FROM orders;
