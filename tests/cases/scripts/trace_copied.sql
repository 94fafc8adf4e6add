-- Nothing of PipeGen's reaches the output but a column that each record has of its own.
CREATE TABLE orders (order_id BIGINT NOT NULL, customer STRING, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-copied-in');
CREATE TABLE copies (order_id BIGINT, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-copied-out');
INSERT INTO copies SELECT order_id, amount * 2 FROM orders;
