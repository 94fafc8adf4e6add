-- A job that drops some records, writes some twice, and holds some back until another record comes.
CREATE TABLE orders (order_id BIGINT NOT NULL, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-odd-orders');
CREATE TABLE payments (payment_id BIGINT NOT NULL, order_id BIGINT NOT NULL)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-odd-payments');
CREATE TABLE odd (order_id BIGINT, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-odd-out');
INSERT INTO odd
SELECT order_id, amount FROM orders WHERE MOD(order_id, 10) NOT IN (0, 5)
UNION ALL SELECT order_id, amount FROM orders WHERE MOD(order_id, 10) = 3
UNION ALL SELECT o.order_id, amount FROM orders AS o JOIN payments AS p ON o.order_id = p.order_id
  WHERE MOD(o.order_id, 10) = 5;
