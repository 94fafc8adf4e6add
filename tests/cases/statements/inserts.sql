==== accepted | two, one after the other
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id, customer FROM orders;
==== accepted | chained through a topic
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id, UPPER(text) FROM plain;
==== accepted | some columns
INSERT INTO plain (text) SELECT customer FROM orders;
==== accepted | columns in another order
INSERT INTO plain (text, id) SELECT customer, id FROM orders;
==== accepted | rows written out
INSERT INTO plain VALUES (1, 'a'), (2, 'b;c');
==== accepted | a whole table
INSERT INTO gone TABLE plain;
==== accepted | EXECUTE before it
EXECUTE INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a query in brackets
INSERT INTO plain (SELECT id, customer FROM orders);
==== accepted | in an order of times
INSERT INTO plain SELECT id, customer FROM orders ORDER BY placed;
==== accepted | a full name
INSERT INTO default_catalog.default_database.plain SELECT id, customer FROM orders;
==== refused | Cannot find table | 1:1 | a sink that is not there
INSERT INTO nowhere SELECT id, customer FROM orders;
==== refused | Column 'nosuch' not found in any table | 2:3 | a column that is not there
INSERT INTO plain SELECT id,
  nosuch FROM orders;
==== refused | doesn't support consuming update and delete changes | 1:1 | a changelog into an append-only sink
INSERT INTO plain SELECT o.id, r.currency FROM orders o LEFT JOIN rates r ON o.currency = r.currency;
==== refused | Encountered "plain" | 1:8 | a word too few
INSERT plain SELECT id, customer FROM orders;
