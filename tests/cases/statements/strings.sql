==== accepted | a quote
INSERT INTO plain SELECT id, 'it''s' FROM orders;
==== accepted | semicolons
INSERT INTO plain SELECT id, 'a;b;' FROM orders; INSERT INTO plain SELECT id, ';' FROM orders;
==== accepted | over two lines
INSERT INTO plain SELECT id, 'a
b' FROM orders;
==== accepted | with escapes
INSERT INTO plain SELECT id, E'a\'b;\n' FROM orders;
==== accepted | in Unicode
INSERT INTO plain SELECT id, U&'\00e4\4e2d' || 'ä中😀' FROM orders;
==== accepted | bytes
INSERT INTO gone SELECT id, CAST(X'4142' AS STRING) FROM orders;
==== accepted | a name in backquotes
SELECT id AS `a;b'c``d` FROM orders;
==== accepted | a group of a regular expression
INSERT INTO plain SELECT id, REGEXP_REPLACE(customer, '(\d+)-(\d+)', '${1}') FROM orders;
==== accepted | dollar and brace
INSERT INTO plain SELECT id, '${year}/${2}/$5' FROM orders;
==== accepted | backslashes
INSERT INTO plain SELECT id, 'C:\dir\' FROM orders;
==== accepted | what looks like SQL
INSERT INTO plain SELECT id, 'SELECT nosuch; END;' FROM orders;
==== accepted | empty
INSERT INTO plain SELECT id, '' FROM orders;
==== accepted | a set of characters
INSERT INTO plain SELECT id, _UTF-16LE'x' FROM orders;
==== refused | Encountered | 1:30 | one that never ends
INSERT INTO plain SELECT id, 'abc FROM orders;
==== refused | Encountered | 1:30 | double quotes
INSERT INTO plain SELECT id, "abc" FROM orders;
==== refused | Column 'nosuch' not found in any table | 2:5 | places behind a string over two lines
INSERT INTO plain SELECT 'a
b', nosuch FROM orders;
