==== accepted | another database and back
CREATE DATABASE shop;
USE shop;
USE default_catalog.default_database;
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a catalog by its name
USE CATALOG default_catalog;
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a name in backquotes
CREATE DATABASE `my shop`;
USE `my shop`;
CREATE TABLE t (id INT, text STRING) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT id, customer FROM default_catalog.default_database.orders;
==== accepted | the same name in two databases
CREATE DATABASE other;
USE other;
CREATE TABLE orders (id INT) WITH ('connector' = 'kafka', 'topic' = 'other-orders',
  'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO default_database.gone SELECT o.id, d.customer FROM orders o
JOIN default_database.orders d ON o.id = d.id;
==== accepted | a database of a catalog made here
CREATE CATALOG c WITH ('type' = 'generic_in_memory', 'default-database' = 'd');
USE CATALOG c;
USE d;
CREATE TABLE t (id INT, text STRING) WITH ('connector' = 'print');
INSERT INTO t SELECT id, customer FROM default_catalog.default_database.orders;
==== accepted | modules in another order
USE MODULES core;
SELECT id FROM orders;
==== accepted | small letters
use catalog default_catalog; use default_database; table orders;
==== refused | A database with name [nowhere] does not exist | 1:1 | a database that does not exist
USE nowhere;
==== refused | does not exist | 2:1 | a catalog that does not exist
-- a comment in the first line
USE CATALOG nowhere;
==== refused | Cannot find table '`default_catalog`.`shop`.`plain`' | 3:1 | a table of the database that was left
CREATE DATABASE shop;
USE shop;
INSERT INTO plain SELECT 1, 'a';
