-- A job that drops each tenth record, of which nothing but the id reaches the output.
CREATE TABLE orders (order_id BIGINT NOT NULL, customer STRING, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-dropped-in', 'key.format' = 'raw', 'key.fields' = 'customer');
CREATE TABLE kept (order_id BIGINT, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-dropped-out');
INSERT INTO kept SELECT order_id, amount FROM orders WHERE MOD(order_id, 10) <> 0;
