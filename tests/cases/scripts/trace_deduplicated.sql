-- The first record of each id goes on; the rows of an upsert table are written again for each further one.
CREATE TABLE events (event_id STRING NOT NULL, amount INT, seen AS PROCTIME())
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-dedup-in');
CREATE TABLE firsts (event_id STRING, amount INT)
WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'g', 'format' = 'json', 'topic' = 'trace-dedup-firsts');
CREATE TABLE counts (event_id STRING, records BIGINT, PRIMARY KEY (event_id) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'properties.bootstrap.servers' = 'x:1', 'topic' = 'trace-dedup-counts',
  'key.format' = 'json', 'value.format' = 'json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO firsts SELECT event_id, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY seen) AS nth FROM events) WHERE nth = 1;
INSERT INTO counts SELECT event_id, COUNT(*) FROM events GROUP BY event_id;
END;
