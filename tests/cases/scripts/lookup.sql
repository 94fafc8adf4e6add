CREATE TABLE orders (order_id BIGINT, customer_id INT, ordered_at AS PROCTIME()) WITH ('connector' = 'datagen');
CREATE TABLE customers (customer_id INT, name STRING) WITH (
    'connector' = 'jdbc',
    'url' = 'jdbc:postgresql://db.example.com/shop',
    'table-name' = 'customers'
);
SELECT o.order_id, c.name
FROM orders AS o JOIN customers FOR SYSTEM_TIME AS OF o.ordered_at AS c ON o.customer_id = c.customer_id;
