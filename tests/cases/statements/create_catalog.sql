==== accepted | in memory
CREATE CATALOG c WITH ('type' = 'generic_in_memory');
==== accepted | with a default database
CREATE CATALOG c WITH ('type' = 'generic_in_memory', 'default-database' = 'shop');
CREATE TABLE c.shop.t (id INT, text STRING) WITH ('connector' = 'blackhole');
INSERT INTO c.shop.t SELECT id, customer FROM orders;
==== accepted | IF NOT EXISTS twice
CREATE CATALOG IF NOT EXISTS c WITH ('type' = 'generic_in_memory');
CREATE CATALOG IF NOT EXISTS c WITH ('type' = 'generic_in_memory');
==== accepted | with a comment
CREATE CATALOG c COMMENT 'of the shop; mine' WITH ('type' = 'generic_in_memory');
==== accepted | a name in backquotes
CREATE CATALOG `my-catalog` WITH ('type' = 'generic_in_memory', 'default-database' = 'a b');
CREATE TABLE `my-catalog`.`a b`.`t-1` (id INT) WITH ('connector' = 'print');
INSERT INTO `my-catalog`.`a b`.`t-1` SELECT id FROM orders;
==== accepted | shown and dropped again
CREATE CATALOG c WITH ('type' = 'generic_in_memory');
SHOW CATALOGS;
DROP CATALOG c;
==== accepted | a Kafka table in it
CREATE CATALOG c WITH ('type' = 'generic_in_memory', 'default-database' = 'd');
USE CATALOG c;
CREATE TABLE clicks (id INT, url STRING) WITH ('connector' = 'kafka', 'topic' = 'clicks',
  'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO default_catalog.default_database.plain SELECT * FROM clicks;
==== refused | Could not find any factory for identifier 'nosuch' | 1:1 | a kind that is not there
CREATE CATALOG c WITH ('type' = 'nosuch');
==== refused | already exists | 3:1 | twice
CREATE CATALOG c WITH ('type' = 'generic_in_memory');

CREATE CATALOG c WITH ('type' = 'generic_in_memory');
