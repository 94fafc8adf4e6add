-- Both ways to know a record reach the output: the header, and an id that each record has of its own.
CREATE TABLE orders (
  order_id BIGINT NOT NULL, customer STRING, amount INT, hdr MAP<STRING, BYTES> METADATA FROM 'headers'
) WITH (
  'connector' = 'kafka', 'topic' = 'traced-in', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g',
  'format' = 'json'
);
CREATE TABLE copies (order_id BIGINT, amount INT, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'traced-out', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO copies SELECT order_id, amount, hdr FROM orders;
