==== accepted | a table
DROP TABLE gone;
==== accepted | a table that is not there
DROP TABLE IF EXISTS nowhere;
==== accepted | dropped and made anew
DROP TABLE plain;
CREATE TABLE plain (a INT) WITH ('connector' = 'print');
INSERT INTO plain SELECT id FROM orders;
==== accepted | a temporary table
CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'blackhole');
DROP TEMPORARY TABLE t;
==== accepted | a temporary table that hid one
CREATE TEMPORARY TABLE plain (a INT) WITH ('connector' = 'blackhole');
INSERT INTO plain SELECT id FROM orders;
DROP TEMPORARY TABLE plain;
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a view
CREATE TEMPORARY VIEW v AS SELECT 1 AS a; DROP TEMPORARY VIEW v; DROP VIEW IF EXISTS v;
==== accepted | a database
CREATE DATABASE d; DROP DATABASE d; DROP DATABASE IF EXISTS d;
==== accepted | a catalog
CREATE CATALOG c WITH ('type' = 'generic_in_memory'); DROP CATALOG c; DROP CATALOG IF EXISTS c;
==== accepted | a full name
DROP TABLE default_catalog.default_database.gone;
==== refused | does not exist | 1:1 | a table that is not there
DROP TABLE nowhere;
==== refused | Cannot find table | 2:1 | written after it is gone
DROP TABLE gone;
INSERT INTO gone SELECT id, customer FROM orders;
