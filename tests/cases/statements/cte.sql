==== accepted | one
INSERT INTO plain WITH x AS (SELECT id, customer FROM orders) SELECT * FROM x;
==== accepted | a list of columns
INSERT INTO traced WITH x (a, b, h, d) AS (SELECT id, customer, hdr, due FROM orders) SELECT a, b, h, d FROM x;
==== accepted | one of another
INSERT INTO plain
WITH x AS (SELECT id, customer FROM orders), y AS (SELECT id, UPPER(customer) AS c FROM x WHERE id > 3)
SELECT id, c FROM y;
==== accepted | in a view
CREATE VIEW v AS WITH x (a, b) AS (SELECT id, customer FROM orders) SELECT a, b FROM x;
INSERT INTO plain SELECT a, b FROM v;
==== accepted | in a subquery
INSERT INTO plain SELECT a, b FROM (WITH x (a, b) AS (SELECT id, customer FROM orders) SELECT a, b FROM x) AS s;
==== accepted | that hides a table
INSERT INTO plain WITH orders AS (SELECT order_id AS id, 'x' AS customer FROM payments) SELECT * FROM orders;
==== accepted | a bare query
WITH x AS (SELECT id, customer FROM orders) SELECT COUNT(*) FROM x;
==== accepted | read twice
INSERT INTO gone WITH x AS (SELECT id, customer FROM orders) SELECT a.id, b.customer FROM x a JOIN x b ON a.id = b.id;
==== accepted | in brackets
INSERT INTO plain (WITH x AS (SELECT id, customer FROM orders) SELECT * FROM x);
==== refused | Object 'y' not found | 1:67 | a name that is none
INSERT INTO plain WITH x AS (SELECT id FROM orders) SELECT * FROM y;
==== refused | INSERT | 1:32 | before the INSERT
WITH x AS (SELECT 1 AS a, 'b') INSERT INTO plain SELECT * FROM x;
==== refused | Number of columns must match number of query columns | 1:26 | too few names
INSERT INTO plain WITH x (a) AS (SELECT id, customer FROM orders) SELECT * FROM x;
