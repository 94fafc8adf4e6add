-- Impressions with the click that followed, if any did within four seconds.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE impressions (
  ad_id BIGINT NOT NULL, shown_at TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR shown_at AS shown_at - INTERVAL '0.5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-impressions', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'json'
);
CREATE TABLE clicks (
  ad_id BIGINT NOT NULL, clicked_at TIMESTAMP_LTZ(3) NOT NULL, WATERMARK FOR clicked_at AS clicked_at - INTERVAL '0.5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ten-ad-clicks', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'ten-g', 'format' = 'json'
);
CREATE TABLE seen (ad_id BIGINT, shown_at TIMESTAMP_LTZ(3), clicked_at TIMESTAMP_LTZ(3)) WITH (
  'connector' = 'kafka', 'topic' = 'ten-seen', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO seen
SELECT i.ad_id, CAST(i.shown_at AS TIMESTAMP_LTZ(3)), CAST(c.clicked_at AS TIMESTAMP_LTZ(3))
FROM impressions i LEFT JOIN clicks c ON i.ad_id = c.ad_id
 AND c.clicked_at >= i.shown_at AND c.clicked_at < i.shown_at + INTERVAL '4' SECOND;
