==== accepted | compiled and executed
COMPILE AND EXECUTE PLAN '/tmp/pipegen-statements/a.json' FOR INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | compiled and executed, a set
COMPILE AND EXECUTE PLAN '/tmp/pipegen-statements/b.json' FOR STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO plain SELECT order_id, 'paid' FROM payments;
END;
==== accepted | compiled, then executed
COMPILE PLAN '/tmp/pipegen-statements/c.json' FOR INSERT INTO plain SELECT id, customer FROM orders;
EXECUTE PLAN '/tmp/pipegen-statements/c.json';
==== accepted | compiled unless it is there
COMPILE PLAN '/tmp/pipegen-statements/d.json' IF NOT EXISTS FOR INSERT INTO plain SELECT id, customer FROM orders;
EXECUTE PLAN '/tmp/pipegen-statements/d.json';
==== accepted | a set compiled, and small letters
compile plan '/tmp/pipegen-statements/e.json' for statement set begin
insert into plain select id, customer from orders; end;
==== accepted | compiled and never executed
COMPILE PLAN '/tmp/pipegen-statements/f.json' FOR INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | executed twice
COMPILE PLAN '/tmp/pipegen-statements/g.json' FOR INSERT INTO plain SELECT id, customer FROM orders;
EXECUTE PLAN '/tmp/pipegen-statements/g.json'; EXECUTE PLAN '/tmp/pipegen-statements/g.json';
==== refused | Column 'nosuch' not found in any table | 2:26 | a column that is not there
COMPILE AND EXECUTE PLAN '/tmp/pipegen-statements/h.json' FOR
INSERT INTO plain SELECT nosuch, customer FROM orders;
==== refused | Encountered | 1:14 | no file
EXECUTE PLAN plain;
==== accepted | a plan of which nothing is known here
EXECUTE PLAN '/tmp/pipegen-statements/nowhere.json';
