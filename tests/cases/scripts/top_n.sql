-- The three dearest orders of each shop.
CREATE TABLE orders (order_id STRING NOT NULL, shop INT NOT NULL, amount DOUBLE NOT NULL, due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH (
  'connector' = 'kafka', 'topic' = 'ten-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'json'
);
CREATE TABLE dearest (shop INT, place BIGINT, order_id STRING, amount DOUBLE, PRIMARY KEY (shop, place) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'ten-dearest', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'avro-confluent', 'key.avro-confluent.url' = 'http://x', 'value.format' = 'avro-confluent', 'value.avro-confluent.url' = 'http://x'
);
INSERT INTO dearest
SELECT shop, place, order_id, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY amount DESC) AS place FROM orders
) WHERE place <= 3;
