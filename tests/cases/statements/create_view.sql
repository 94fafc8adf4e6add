==== accepted | a projection
CREATE VIEW v AS SELECT id, customer FROM orders;
INSERT INTO plain SELECT * FROM v;
==== accepted | a list of columns
CREATE VIEW v (a, b) AS SELECT id, customer FROM orders;
INSERT INTO plain SELECT a, b FROM v;
==== accepted | temporary, and a comment
CREATE TEMPORARY VIEW v COMMENT 'one; view' AS SELECT id, customer FROM orders WHERE id > 5;
INSERT INTO plain TABLE v;
==== accepted | a view of a view
CREATE VIEW v AS SELECT id, customer AS c, hdr, due FROM orders;
CREATE VIEW w (x, y, h, d) AS SELECT * FROM v;
INSERT INTO traced SELECT x, y, h, d FROM w;
==== accepted | IF NOT EXISTS
CREATE VIEW IF NOT EXISTS v AS SELECT 1 AS a;
CREATE VIEW IF NOT EXISTS v AS SELECT 2 AS a;
==== accepted | with a WITH
CREATE VIEW v AS WITH x (a) AS (SELECT id FROM orders) SELECT a FROM x;
SELECT * FROM v;
==== accepted | altered and renamed
CREATE VIEW v AS SELECT id FROM orders;
ALTER VIEW v RENAME TO w;
ALTER VIEW w AS SELECT id, customer FROM orders WHERE id IS NOT NULL;
INSERT INTO plain SELECT * FROM w;
==== accepted | dropped and made anew
CREATE VIEW v AS SELECT 1 AS a;
DROP VIEW v;
CREATE VIEW v AS SELECT id, customer FROM orders;
INSERT INTO plain SELECT id, customer FROM v;
==== accepted | a view over a join
CREATE VIEW paid AS SELECT o.id, o.customer, p.paid FROM orders o JOIN payments p ON o.id = p.order_id;
INSERT INTO plain SELECT id, customer FROM paid;
==== refused | Object 'nowhere' not found | 2:18 | over a table that does not exist
CREATE VIEW v AS
SELECT id   FROM nowhere;
==== refused | already exists | 2:1 | twice
CREATE VIEW v AS SELECT 1 AS a;
CREATE VIEW v AS SELECT 2 AS a;
