-- Orders that are created, updated and deleted in a database, kept as a table.
CREATE TABLE orders (
  id INT NOT NULL, customer STRING NOT NULL, amount BIGINT NOT NULL, note STRING, changed TIMESTAMP(3) NOT NULL,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'kafka', 'topic' = 'changes-in', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'changes-g', 'format' = 'debezium-json'
);
CREATE TABLE kept (
  id INT NOT NULL, customer STRING, amount BIGINT, note STRING, changed TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'changes-kept', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'json', 'value.format' = 'json'
);
INSERT INTO kept SELECT id, customer, amount, note, changed FROM orders;
