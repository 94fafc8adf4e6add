-- Conditions on literals that values made at random would never meet, and groups of a column of any text.
CREATE TABLE events (
  sign STRING NOT NULL, kind INT NOT NULL, status STRING, token STRING, happened TIMESTAMP(3),
  WATERMARK FOR happened AS happened
) WITH (
  'connector' = 'kafka', 'topic' = 'literals-events', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'g', 'format' = 'json');
CREATE TABLE urgent (word STRING, status STRING) WITH (
  'connector' = 'kafka', 'topic' = 'literals-urgent', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json');
CREATE TABLE paid_after_new (users BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'literals-paid', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json');
CREATE TABLE per_user (token STRING, seen BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'literals-users', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json');
BEGIN STATEMENT SET;
INSERT INTO urgent SELECT CASE kind WHEN 2 THEN 'two' ELSE 'other' END, status FROM events WHERE status IN ('A', 'B');
INSERT INTO paid_after_new SELECT n FROM events MATCH_RECOGNIZE (
  ORDER BY happened MEASURES COUNT(B.kind) AS n ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) DEFINE A AS A.status = 'new', B AS B.status = 'paid');
INSERT INTO per_user SELECT token, COUNT(*) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(happened), INTERVAL '1' SECOND))
GROUP BY window_start, window_end, token;
END;
