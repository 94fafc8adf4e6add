-- What each customer has ordered so far, as an upsert table and as a changelog.
CREATE TABLE orders (
  order_id STRING NOT NULL, customer_id INT NOT NULL, amount INT NOT NULL,
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = 'changes-orders', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'changes-g', 'format' = 'json'
);
CREATE TABLE totals (
  customer_id INT NOT NULL, orders BIGINT, amount INT, due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  PRIMARY KEY (customer_id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'changes-totals', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'avro-confluent', 'key.avro-confluent.url' = 'http://x',
  'value.format' = 'avro-confluent', 'value.avro-confluent.url' = 'http://x'
);
CREATE TABLE changes (
  customer_id INT NOT NULL, orders BIGINT, amount INT, PRIMARY KEY (customer_id) NOT ENFORCED
) WITH (
  'connector' = 'kafka', 'topic' = 'changes-changes', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'json', 'key.fields' = 'customer_id', 'value.format' = 'debezium-json'
);
CREATE VIEW by_customer AS
SELECT customer_id, COUNT(*) AS orders, SUM(amount) AS amount, MAX(due) AS due FROM orders GROUP BY customer_id;
EXECUTE STATEMENT SET BEGIN
INSERT INTO totals SELECT * FROM by_customer;
INSERT INTO changes SELECT customer_id, orders, amount FROM by_customer;
END;
