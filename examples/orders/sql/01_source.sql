-- The input topic. PipeGen fills in ${…} for every run.
-- hdr and due carry PipeGen's header and each record's due time through the pipeline:
-- end-to-end latency is measured by them.
CREATE TABLE `order_in` (
    `order_id` STRING NOT NULL,
    `customer_id` STRING NOT NULL,
    `product` STRING NOT NULL,
    `quantity` INT NOT NULL,
    `price` DOUBLE NOT NULL,
    `currency` STRING NOT NULL,
    `status` STRING NOT NULL,
    `created_at` TIMESTAMP(3) NOT NULL,
    `hdr` MAP<STRING, BYTES> METADATA FROM 'headers',
    `due` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
    'connector' = 'kafka',
    'topic' = '${INPUT_TOPIC}',
    'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
    'properties.group.id' = '${GROUP_ID}',
    'scan.startup.mode' = 'earliest-offset',
    'value.format' = 'avro-confluent',
    'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'
);
