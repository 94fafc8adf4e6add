-- The three best customers, whose rows come and go: without a key, a row is all of its columns.
CREATE TABLE orders (order_id STRING NOT NULL, customer_id INT NOT NULL, amount INT NOT NULL) WITH (
  'connector' = 'kafka', 'topic' = 'changes-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'changes-g', 'format' = 'json'
);
CREATE TABLE best (customer_id INT, amount INT, place BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'changes-best', 'properties.bootstrap.servers' = 'x:1', 'format' = 'debezium-json'
);
INSERT INTO best
SELECT customer_id, amount, place FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY amount DESC) AS place
  FROM (SELECT customer_id, SUM(amount) AS amount FROM orders GROUP BY customer_id)
) WHERE place <= 3;
