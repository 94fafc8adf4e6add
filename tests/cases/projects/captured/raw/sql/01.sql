CREATE TABLE seen (
  number BIGINT,
  email STRING,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${INPUT_TOPIC}',
  'properties.group.id' = '${GROUP_ID}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE seen_out (
  number BIGINT,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}', 'topic' = '${OUTPUT_TOPIC}',
  'format' = 'json'
);
INSERT INTO seen_out SELECT number, hdr, due FROM seen;
