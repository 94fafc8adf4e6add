==== accepted | shown
SHOW TABLES; SHOW CREATE TABLE orders; SHOW DATABASES; SHOW CURRENT CATALOG; SHOW MODULES;
==== accepted | described
DESCRIBE orders; DESC plain;
==== accepted | explained
EXPLAIN SELECT id FROM orders;
EXPLAIN PLAN FOR INSERT INTO plain SELECT id, customer FROM orders;
EXPLAIN ESTIMATED_COST, CHANGELOG_MODE INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | modules
UNLOAD MODULE core; LOAD MODULE core; SHOW FULL MODULES;
==== accepted | what the client knows
HELP; CLEAR; QUIT;
==== accepted | semicolons alone
;;; ; INSERT INTO plain SELECT id, customer FROM orders ;;;
==== accepted | partitions of a table
CREATE TABLE days (id INT, d STRING) PARTITIONED BY (d) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'json');
INSERT INTO days SELECT id, customer FROM orders;
==== accepted | made to print
CREATE TABLE p (id INT) WITH ('connector' = 'print'); INSERT INTO p SELECT id FROM orders;
==== accepted | made by datagen
CREATE TABLE d (id INT) WITH ('connector' = 'datagen'); INSERT INTO gone SELECT id, 'x' FROM d;
==== refused | nosuch | 2:1 | a connector that is not there
CREATE TABLE x (id INT) WITH ('connector' = 'nosuch');
INSERT INTO x SELECT id FROM orders;
==== refused | topic | 2:1 | no topic
CREATE TABLE x (id INT) WITH ('connector' = 'kafka', 'format' = 'json', 'properties.bootstrap.servers' = 'broker:9092');
INSERT INTO x SELECT id FROM orders;
==== refused | Non-query expression | 1:1 | no SQL at all
hello world;
