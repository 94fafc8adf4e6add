==== accepted | two sinks
BEGIN STATEMENT SET;
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id, customer FROM orders WHERE id > 5;
END;
==== accepted | one line
BEGIN STATEMENT SET; INSERT INTO plain SELECT id, customer FROM orders; END;
==== accepted | small letters
begin statement set;
insert into plain select id, customer from orders;
end;
==== accepted | comments between
BEGIN STATEMENT SET; -- what follows; runs as one job
-- first
INSERT INTO plain SELECT id, customer FROM orders;
/* second; */
INSERT INTO gone SELECT id, customer FROM orders;
-- that is all
END;
==== accepted | two sets
BEGIN STATEMENT SET; INSERT INTO plain SELECT id, customer FROM orders; END;
BEGIN STATEMENT SET; INSERT INTO gone SELECT id, customer FROM orders; END;
==== accepted | nothing in it
BEGIN STATEMENT SET;
END;
==== accepted | a hint and a string with END
BEGIN STATEMENT SET;
INSERT INTO plain SELECT id, '; END;' FROM orders /*+ OPTIONS('topic'='other') */;
END;
==== accepted | without a last semicolon
BEGIN STATEMENT SET;
INSERT INTO plain SELECT id, customer FROM orders;
END
==== refused | Column 'nosuch' not found in any table | 4:25 | a column that is not there
BEGIN STATEMENT SET;
INSERT INTO plain SELECT id, customer FROM orders;

INSERT INTO gone SELECT nosuch, customer FROM orders;
END;
==== refused | do not match | 3:1 | a sink with fewer columns
BEGIN STATEMENT SET;
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id FROM orders;
END;
==== refused | statement is allowed in Statement Set | 2:1 | a SET in it
BEGIN STATEMENT SET;
SET 'a' = 'b';
INSERT INTO plain SELECT id, customer FROM orders;
END;
