CREATE TABLE products (id INT, name STRING, weight DECIMAL(10,2), PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-products', 'format' = 'debezium-json');
CREATE TABLE o (name STRING, n BIGINT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'properties.bootstrap.servers' = 'x:1', 'topic' = 'recipes-o', 'key.format' = 'raw', 'value.format' = 'json');
INSERT INTO o SELECT name, COUNT(*) FROM products WHERE name IS NOT NULL GROUP BY name;
