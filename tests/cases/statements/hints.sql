==== accepted | options behind the table
INSERT INTO plain SELECT id, customer FROM orders /*+ OPTIONS('topic'='orders-2','scan.startup.mode'='latest-offset') */;
==== accepted | before an alias
INSERT INTO plain SELECT o.id, o.customer FROM orders /*+ OPTIONS('topic' = 'orders-2') */ AS o WHERE o.id > 1;
==== accepted | of the sink
INSERT INTO plain /*+ OPTIONS('topic' = 'plain-2') */ SELECT id, customer FROM orders;
==== accepted | how long a join remembers
INSERT INTO gone SELECT /*+ STATE_TTL('o' = '1d', 'p' = '3h') */ o.id, o.customer
FROM orders o JOIN payments p ON o.id = p.order_id;
==== accepted | how to join
INSERT INTO gone SELECT /*+ BROADCAST(p) */ o.id, o.customer FROM orders o JOIN payments p ON o.id = p.order_id;
==== accepted | a quote, a semicolon and a star in it
INSERT INTO plain SELECT id, customer FROM orders /*+ OPTIONS('properties.client.id' = 'it''s; *') */;
==== accepted | over several lines
INSERT INTO plain
SELECT id, customer
FROM orders /*+ OPTIONS(
  'properties.group.id' = 'a-b',
  'scan.startup.mode' = 'group-offsets'
) */
;
==== accepted | in a view
CREATE VIEW v AS SELECT id, customer FROM orders /*+ OPTIONS('topic' = 'orders-2') */;
INSERT INTO plain SELECT * FROM v;
==== accepted | two of one table
INSERT INTO gone SELECT a.id, b.customer FROM orders /*+ OPTIONS('topic' = 'a') */ a
JOIN orders /*+ OPTIONS('topic' = 'b') */ b ON a.id = b.id;
==== accepted | a comment that looks like one
INSERT INTO plain SELECT /* + OPTIONS('topic' = 'x') */ id, customer FROM orders;
==== refused | Unsupported options | 1:1 | an option that is none
INSERT INTO plain SELECT id, customer FROM orders /*+ OPTIONS('no.such.option' = 'x') */;
==== refused | Hint [OPTIONS] only support non empty key value options | 1:1 | an option without quotes
INSERT INTO plain SELECT id, customer FROM orders /*+ OPTIONS(topic) */;
