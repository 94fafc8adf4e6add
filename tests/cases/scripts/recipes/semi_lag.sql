-- The event before, and a join with a table of keys.
CREATE TABLE users (user_id INT NOT NULL, name STRING, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'properties.bootstrap.servers' = 'x:1', 'topic' = 'recipes-users', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE logins (user_id INT, pt AS PROCTIME(), ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-logins', 'format' = 'json');
CREATE TABLE known (user_id INT, previous INT, ts TIMESTAMP_LTZ(3)) WITH ('connector' = 'print');
CREATE TABLE names (user_id INT, name STRING, n BIGINT, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'properties.bootstrap.servers' = 'x:1', 'topic' = 'recipes-names', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO known SELECT user_id, LAG(user_id) OVER (PARTITION BY user_id ORDER BY pt), ts FROM logins;
INSERT INTO names SELECT u.user_id, MAX(u.name), COUNT(*) FROM users u JOIN logins l ON u.user_id = l.user_id WHERE u.user_id IN (SELECT user_id FROM logins) GROUP BY u.user_id;
