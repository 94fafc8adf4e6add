-- Over topics that are there and have records in them.
CREATE TABLE orders (order_id BIGINT NOT NULL, customer STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'ten-theirs', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = 'ten-theirs-group', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE kept (order_id BIGINT, customer STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'ten-theirs-kept', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'format' = 'json'
);
INSERT INTO kept SELECT order_id, UPPER(customer), hdr FROM orders;
