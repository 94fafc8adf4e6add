==== accepted | a SELECT
SELECT id, customer FROM orders WHERE id > 5;
==== accepted | a table
TABLE orders;
==== accepted | rows written out
VALUES (1, 'a'), (2, 'b');
==== accepted | in brackets
(SELECT id FROM orders);
==== accepted | one of another
SELECT * FROM (SELECT id, customer FROM orders) AS s WHERE s.id > 3;
==== accepted | both together
SELECT id FROM orders UNION ALL SELECT order_id FROM payments;
==== accepted | a changelog
SELECT customer, COUNT(*) FROM orders GROUP BY customer;
==== accepted | without a table
SELECT 1;
==== accepted | ordered and cut
SELECT customer, amount FROM orders ORDER BY amount DESC LIMIT 10;
==== accepted | names of columns twice
SELECT id, id, customer AS id FROM orders;
==== refused | Column 'nosuch' not found in any table | 1:8 | a column that is not there
SELECT nosuch FROM orders;
==== refused | Non-query expression encountered in illegal context | 1:1 | a word that is none
SELEC id FROM orders;
