-- Rows that come and go, in topics that are there before and not compacted.
CREATE TABLE rows_in (id INT NOT NULL, amount INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'compaction-in', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = 'compaction-g', 'key.format' = 'json', 'value.format' = 'json'
);
CREATE TABLE rows_out WITH ('topic' = 'compaction-out') LIKE rows_in;
INSERT INTO rows_out SELECT id, amount FROM rows_in;
