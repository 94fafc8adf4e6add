-- Everything in it has a name of its own on the services, and all of it may be somebody's.
CREATE TABLE orders (
  order_id STRING NOT NULL, amount DOUBLE, hdr MAP<STRING, BYTES> METADATA FROM 'headers'
) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-guarded', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = 'any-sql-guarded-group', 'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest', 'key.format' = 'avro-confluent', 'key.fields' = 'order_id',
  'key.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}', 'value.format' = 'avro-confluent',
  'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'
);
CREATE TABLE paid WITH (
  'topic' = 'any-sql-guarded-paid', 'value.avro-confluent.subject' = 'any-sql-guarded-named',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'any-sql-guarded-tx',
  'properties.transaction.timeout.ms' = '600000'
) LIKE orders;
SET 'execution.checkpointing.interval' = '1 s';
INSERT INTO paid SELECT order_id, amount, hdr FROM orders;
