-- Sums over tables that change: right only where each change tells truly what was there before.
CREATE TABLE sums (note STRING NOT NULL, n BIGINT, amount BIGINT, PRIMARY KEY (note) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'formats-sums', 'properties.bootstrap.servers' = 'x:1',
  'key.format' = 'json', 'value.format' = 'json'
);
CREATE TABLE ogg (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'formats-ogg', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'format' = 'ogg-json'
);
CREATE TABLE sums_of_ogg WITH ('topic' = 'formats-sums-of-ogg') LIKE sums;
CREATE TABLE canal (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'formats-canal', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'format' = 'canal-json'
);
CREATE TABLE sums_of_canal WITH ('topic' = 'formats-sums-of-canal') LIKE sums;
CREATE TABLE maxwell (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'formats-maxwell', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'format' = 'maxwell-json'
);
CREATE TABLE sums_of_maxwell WITH ('topic' = 'formats-sums-of-maxwell') LIKE sums;
CREATE TABLE avro (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'formats-avro', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'format' = 'debezium-avro-confluent', 'debezium-avro-confluent.url' = 'http://x'
);
CREATE TABLE sums_of_avro WITH ('topic' = 'formats-sums-of-avro') LIKE sums;
CREATE TABLE plain (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'formats-plain', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'key.format' = 'json', 'value.format' = 'json'
);
CREATE TABLE sums_of_plain WITH ('topic' = 'formats-sums-of-plain') LIKE sums;
CREATE TABLE wrapped (id INT NOT NULL, amount BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'formats-wrapped', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'formats-g', 'format' = 'debezium-json', 'debezium-json.schema-include' = 'true'
);
CREATE TABLE sums_of_wrapped WITH ('topic' = 'formats-sums-of-wrapped') LIKE sums;
EXECUTE STATEMENT SET BEGIN
INSERT INTO sums_of_ogg SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM ogg GROUP BY COALESCE(note, '-');
INSERT INTO sums_of_canal SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM canal GROUP BY COALESCE(note, '-');
INSERT INTO sums_of_maxwell SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM maxwell GROUP BY COALESCE(note, '-');
INSERT INTO sums_of_avro SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM avro GROUP BY COALESCE(note, '-');
INSERT INTO sums_of_plain SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM plain GROUP BY COALESCE(note, '-');
INSERT INTO sums_of_wrapped SELECT COALESCE(note, '-'), COUNT(*), SUM(amount) FROM wrapped GROUP BY COALESCE(note, '-');
END;
