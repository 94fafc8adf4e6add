==== accepted | a sink made of a query
CREATE TABLE copy WITH ('connector' = 'blackhole') AS SELECT id, customer FROM orders;
==== accepted | into Kafka
CREATE TABLE copy WITH ('connector' = 'kafka', 'topic' = 'copy', 'properties.bootstrap.servers' = 'broker:9092',
  'format' = 'json', 'scan.startup.mode' = 'earliest-offset') AS SELECT id, customer, hdr, due FROM orders;
==== accepted | read again
CREATE TABLE copy WITH ('connector' = 'kafka', 'topic' = 'copy', 'properties.bootstrap.servers' = 'broker:9092',
  'format' = 'json', 'scan.startup.mode' = 'earliest-offset') AS SELECT id, customer FROM orders;
INSERT INTO plain SELECT id, customer FROM copy;
==== accepted | with a primary key
CREATE TABLE copy (PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'copy',
  'properties.bootstrap.servers' = 'broker:9092', 'key.format' = 'json', 'value.format' = 'json')
AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
==== accepted | columns in an order of its own
CREATE TABLE copy (customer, id) WITH ('connector' = 'print') AS SELECT id, customer FROM orders;
==== accepted | of a WITH
CREATE TABLE copy WITH ('connector' = 'print') AS WITH x AS (SELECT id FROM orders) SELECT id FROM x;
==== accepted | a comment and AS in strings and names
CREATE TABLE `as` COMMENT 'as ( it is' WITH ('connector' = 'print') /* AS */ AS SELECT id AS `select` FROM orders;
==== accepted | or replaced
CREATE OR REPLACE TABLE copy WITH ('connector' = 'print') AS SELECT id FROM orders;
==== accepted | replaced
REPLACE TABLE plain WITH ('connector' = 'print') AS SELECT id FROM orders;
==== accepted | IF NOT EXISTS
CREATE TABLE IF NOT EXISTS copy WITH ('connector' = 'print') AS SELECT id FROM orders;
==== refused | Object 'nowhere' not found | 1:74 | of a table that is not there
CREATE TABLE copy WITH ('connector' = 'blackhole') AS SELECT id, 1 FROM  nowhere;
==== refused | connector | 1:1 | without a connector
CREATE TABLE copy AS SELECT id FROM orders;
