==== accepted | in an interval
INSERT INTO traced SELECT o.id, o.customer, o.hdr, GREATEST(o.due, p.due) FROM orders o
JOIN payments p ON o.id = p.order_id AND p.paid BETWEEN o.placed AND o.placed + INTERVAL '1' HOUR;
==== accepted | of the version then
INSERT INTO traced SELECT o.id, CAST(o.amount * r.rate AS STRING), o.hdr, o.due FROM orders o
LEFT JOIN rates FOR SYSTEM_TIME AS OF o.placed AS r ON o.currency = r.currency;
==== accepted | by comma
INSERT INTO gone SELECT o.id, o.customer FROM orders o, payments p WHERE o.id = p.order_id;
==== accepted | in brackets
INSERT INTO gone SELECT o.id, r.currency FROM (orders o JOIN rates r ON o.currency = r.currency);
==== accepted | with rows written out
INSERT INTO gone SELECT o.id, v.x FROM orders o, (VALUES ('a'), ('b')) AS v (x);
==== accepted | each element of an array
INSERT INTO plain SELECT o.id, t.tag FROM orders o CROSS JOIN UNNEST(o.tags) AS t (tag);
==== accepted | those that have a partner
INSERT INTO gone SELECT id, customer FROM orders WHERE currency IN (SELECT currency FROM rates);
==== accepted | those that have none
INSERT INTO gone SELECT id, customer FROM orders o
WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id);
==== accepted | of windows
INSERT INTO plain SELECT o.id, o.customer
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' MINUTE))) o
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(paid), INTERVAL '1' MINUTE))) p
ON o.id = p.order_id AND o.window_start = p.window_start AND o.window_end = p.window_end;
==== accepted | of three
INSERT INTO gone SELECT o.id, r.currency FROM orders o
JOIN payments p ON o.id = p.order_id JOIN rates r ON r.currency = o.currency;
==== refused | Column 'id' is ambiguous | 1:25 | a name that two sides have
INSERT INTO gone SELECT id, customer FROM orders o JOIN payments p ON o.id = p.order_id;
