-- The output topic. Flink registers its schema under the subject named below.
CREATE TABLE `order_out` (
    `order_id` STRING NOT NULL,
    `customer_id` STRING NOT NULL,
    `product` STRING NOT NULL,
    `quantity` INT NOT NULL,
    `price` DOUBLE NOT NULL,
    `currency` STRING NOT NULL,
    `status` STRING NOT NULL,
    `created_at` TIMESTAMP(3) NOT NULL,
    `amount` DOUBLE NOT NULL,
    `hdr` MAP<STRING, BYTES> METADATA FROM 'headers',
    `due` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
    'connector' = 'kafka',
    'topic' = '${OUTPUT_TOPIC}',
    'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
    'value.format' = 'avro-confluent',
    'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}',
    'value.avro-confluent.subject' = '${OUTPUT_TOPIC}-value'
);
