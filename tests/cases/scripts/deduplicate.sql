-- The first event of each identifier.
CREATE TABLE events (
  event_id BIGINT NOT NULL, kind STRING, hdr MAP<STRING NOT NULL, BYTES NOT NULL> METADATA FROM 'headers',
  seen AS PROCTIME()
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-events', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'key.format' = 'raw', 'key.fields' = 'event_id', 'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
CREATE TABLE firsts (event_id BIGINT, kind STRING, hdr MAP<STRING NOT NULL, BYTES NOT NULL> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'ten-firsts', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO firsts
SELECT event_id, kind, hdr FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY seen ASC) AS nr FROM events
) WHERE nr = 1;
