==== accepted | plain
CREATE DATABASE shop;
==== accepted | IF NOT EXISTS twice
CREATE DATABASE IF NOT EXISTS shop; CREATE DATABASE IF NOT EXISTS shop;
==== accepted | with a comment and options
CREATE DATABASE shop COMMENT 'it''s mine' WITH ('a' = 'b');
==== accepted | of a catalog by its full name
CREATE DATABASE default_catalog.shop;
CREATE TABLE shop.t (id INT) WITH ('connector' = 'blackhole');
INSERT INTO shop.t SELECT id FROM orders;
==== accepted | altered
CREATE DATABASE shop;
ALTER DATABASE shop SET ('a' = 'b');
==== accepted | dropped with what is in it
CREATE DATABASE shop;
CREATE TABLE shop.t (id INT) WITH ('connector' = 'blackhole');
DROP DATABASE shop CASCADE;
==== accepted | a keyword as its name
CREATE DATABASE `select`;
USE `select`;
==== refused | is not empty | 3:1 | dropped while a table is in it
CREATE DATABASE shop;
CREATE TABLE shop.t (id INT) WITH ('connector' = 'blackhole');
DROP DATABASE shop RESTRICT;
==== refused | already exist | 1:23 | twice
CREATE DATABASE shop; CREATE DATABASE shop;
