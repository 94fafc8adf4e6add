==== accepted | a value in quotes
SET 'pipeline.name' = 'orders; and more';
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | key and value without quotes
SET table.exec.mini-batch.size=77;
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | spaces round the sign
set   'table.exec.state.ttl'   =   '1 h' ;
INSERT INTO plain SELECT id, customer FROM orders
==== accepted | nothing to set lists what is set
SET;
==== accepted | a key that Flink does not know
SET 'my.own.key' = 'x''y';
==== accepted | batch or streaming is the user's own
SET 'execution.runtime-mode' = 'streaming';
SELECT id FROM orders;
==== accepted | every INSERT waits for its job
SET 'table.dml-sync' = 'true';
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | rows with a null where none may be are dropped
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
INSERT INTO totals SELECT currency, COUNT(*) FROM orders GROUP BY currency;
==== accepted | a zone
SET 'table.local-time-zone' = 'Europe/Berlin';
INSERT INTO plain SELECT id, CAST(due AS STRING) FROM orders;
==== refused | Expected one of: [[ERROR, DROP]] | 2:1 | a word that is none of Flink's
SET 'table.exec.sink.not-null-enforcer' = 'SOMETIMES';
INSERT INTO totals SELECT currency, COUNT(*) FROM orders GROUP BY currency;
==== refused | Encountered | 1:9 | half a setting
SET 'a' = ;
