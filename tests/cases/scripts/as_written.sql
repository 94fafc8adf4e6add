CREATE TABLE events (id BIGINT NOT NULL, kind STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-theirs', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',
  'properties.group.id' = 'any-sql-theirs-group', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE results WITH ('topic' = 'any-sql-results') LIKE events;
INSERT INTO results SELECT id, kind, hdr FROM events;
