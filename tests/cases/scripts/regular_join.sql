-- Every click meets every view of its page.
SET 'table.exec.state.ttl' = '1 h';
CREATE TABLE clicks (click STRING NOT NULL, page STRING NOT NULL, clicked BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'join-clicks', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'format' = 'json'
);
CREATE TABLE page_views (page STRING NOT NULL, seconds INT NOT NULL) WITH (
  'connector' = 'kafka', 'topic' = 'join-page_views', 'properties.bootstrap.servers' = 'x:1',
  'properties.group.id' = 'join-g', 'format' = 'json', 'key.format' = 'json', 'key.fields' = 'page',
  'value.fields-include' = 'EXCEPT_KEY'
);
CREATE TABLE met (click STRING, page STRING, seconds INT) WITH (
  'connector' = 'kafka', 'topic' = 'join-met', 'properties.bootstrap.servers' = 'x:1', 'format' = 'json'
);
INSERT INTO met SELECT c.click, c.page, v.seconds FROM clicks AS c JOIN page_views AS v ON c.page = v.page;
