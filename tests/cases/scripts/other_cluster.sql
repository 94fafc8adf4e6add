-- Written for another cluster: its settings would send the jobs away, and their state too.
SET 'execution.target' = 'yarn-session';
SET 'yarn.application.id' = 'application_1_1';
SET 'rest.address' = 'nowhere.example';
SET 'high-availability.type' = 'zookeeper';
SET 'high-availability.zookeeper.quorum' = 'nowhere.example:2181';
SET pipeline.name = 'the name that everybody knows';
SET 'state.checkpoints.dir' = 'file:///nowhere/checkpoints';
SET 'execution.checkpointing.savepoint-dir' = 's3://user:hidden-word@bucket/savepoints';
SET 'execution.state-recovery.path' = 'file:///nowhere/savepoint-1';
SET 'execution.checkpointing.interval' = '1 s';
CREATE TABLE events (id INT, kind STRING) WITH (
  'connector' = 'kafka', 'topic' = 'any-sql-away', 'properties.bootstrap.servers' = 'nowhere.example:9092',
  'properties.group.id' = 'theirs', 'format' = 'json'
);
CREATE TABLE copies WITH ('connector' = 'kafka', 'topic' = 'any-sql-away-copies',
  'properties.bootstrap.servers' = 'nowhere.example:9092', 'format' = 'json') LIKE events (EXCLUDING ALL);
INSERT INTO copies SELECT * FROM events;
