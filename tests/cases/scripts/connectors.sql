-- Six connectors, none of them Kafka's; two of them Flink does not have.
CREATE TABLE payments (
    payment_id BIGINT,
    currency STRING,
    amount DECIMAL(8, 2),
    paid_at TIMESTAMP(3),
    WATERMARK FOR paid_at AS paid_at - INTERVAL '1' SECOND
) WITH (
    'connector' = 'faker',
    'rows-per-second' = '100',
    'fields.payment_id.expression' = '#{number.numberBetween ''1'',''100000''}',
    'fields.currency.expression' = '#{regexify ''(EUR|USD){1}''}',
    'fields.amount.expression' = '#{number.randomDouble ''2'',''5'',''50''}',
    'fields.paid_at.expression' = '#{date.past ''15'',''SECONDS''}'
);
CREATE TABLE visits (visit_id BIGINT, pages INT) WITH (
    'connector' = 'datagen',
    'fields.visit_id.kind' = 'sequence',
    'fields.visit_id.start' = '1',
    'fields.visit_id.end' = '1000000',
    'fields.pages.min' = '1',
    'fields.pages.max' = '7'
);
CREATE TABLE sensors (sensor_id STRING, reading DOUBLE) WITH (
    'connector' = 'kinesis',
    'stream' = 'sensors',
    'aws.region' = 'eu-west-1',
    'aws.credentials.basic.secretkey' = 'hidden-word',
    'format' = 'json'
);
CREATE VIEW sizeable AS SELECT * FROM payments WHERE amount >= 5;
CREATE TABLE totals (currency STRING, total DECIMAL(20, 2), PRIMARY KEY (currency) NOT ENFORCED) WITH (
    'connector' = 'jdbc',
    'url' = 'jdbc:postgresql://db.example.com/shop',
    'table-name' = 'totals',
    'username' = 'shop',
    'password' = 'hidden-word'
);
CREATE TABLE archive (visit_id BIGINT, pages INT) PARTITIONED BY (pages) WITH (
    'connector' = 'filesystem',
    'path' = '/nowhere',
    'format' = 'json'
);
CREATE TABLE readings (sensor_id STRING, reading DOUBLE, PRIMARY KEY (sensor_id) NOT ENFORCED) WITH (
    'connector' = 'print'
);
INSERT INTO totals SELECT currency, SUM(amount) FROM sizeable GROUP BY currency;
INSERT INTO archive SELECT visit_id, pages FROM visits;
INSERT INTO readings SELECT sensor_id, reading FROM sensors;
