==== accepted | one key
RESET 'pipeline.name';
==== accepted | one key without quotes
RESET table.exec.mini-batch.size;
==== accepted | everything
RESET;
==== accepted | a key that was never set
RESET 'my.own.key';
==== accepted | small letters
reset 'table.exec.state.ttl';
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | set and taken back
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
RESET 'table.exec.sink.not-null-enforcer';
INSERT INTO totals SELECT currency, COUNT(*) FROM orders GROUP BY currency;
==== accepted | everything, and then tables as before
SET 'a' = 'b'; RESET; INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a comment before the key
RESET /* what was set above */ 'a.b';
==== accepted | a second key, which Flink does not look at
RESET 'a' 'b';
