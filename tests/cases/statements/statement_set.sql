==== accepted | two sinks
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id, customer FROM orders WHERE id > 5;
END;
==== accepted | the same sink twice
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO plain SELECT order_id, 'paid' FROM payments;
END;
==== accepted | one INSERT
EXECUTE STATEMENT SET BEGIN INSERT INTO plain SELECT id, customer FROM orders; END;
==== accepted | comments and CASE … END inside
EXECUTE STATEMENT SET -- a set; of two
BEGIN
/* first; */ INSERT INTO plain SELECT id, CASE WHEN id > 1 THEN 'a;' ELSE 'b' END FROM orders;
INSERT INTO gone SELECT id, CASE customer WHEN 'END' THEN 'x' END FROM orders;
END;
==== accepted | without a last semicolon
EXECUTE STATEMENT SET BEGIN INSERT INTO plain SELECT id, customer FROM orders; END
==== accepted | small letters, and a statement behind it
execute statement set begin insert into plain select id, customer from orders; end; set 'a' = 'b';
==== accepted | a WITH in one of them
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain WITH x AS (SELECT id, customer FROM orders) SELECT * FROM x;
INSERT INTO totals SELECT customer, COUNT(*) FROM orders GROUP BY customer;
END;
==== accepted | explained by the user
EXPLAIN STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id, customer FROM orders;
END;
==== refused | Column 'nosuch' not found in any table | 3:25 | a column that is not there
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT nosuch, customer FROM orders;
END;
==== refused | do not match | 3:1 | a sink with fewer columns
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id FROM orders;
END;
==== refused | Encountered | 1:29 | empty
EXECUTE STATEMENT SET BEGIN END;
