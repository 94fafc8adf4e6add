==== accepted | options
ALTER TABLE orders SET ('topic' = 'orders-2', 'scan.startup.mode' = 'latest-offset');
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | an option taken back
ALTER TABLE orders SET ('json.ignore-parse-errors' = 'true');
ALTER TABLE orders RESET ('json.ignore-parse-errors');
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | a column added
ALTER TABLE plain ADD note STRING;
INSERT INTO plain SELECT id, customer, 'x' FROM orders;
==== accepted | metadata added
ALTER TABLE plain ADD (hdr MAP<STRING, BYTES> METADATA FROM 'headers');
INSERT INTO plain SELECT id, customer, hdr FROM orders;
==== accepted | a column renamed
ALTER TABLE orders RENAME customer TO buyer;
INSERT INTO plain SELECT id, buyer FROM orders;
==== accepted | a table renamed
ALTER TABLE plain RENAME TO simple;
INSERT INTO simple SELECT id, customer FROM orders;
==== accepted | a column dropped
ALTER TABLE orders DROP (tags, address);
SELECT * FROM orders;
==== accepted | a watermark
ALTER TABLE payments MODIFY WATERMARK FOR paid AS paid - INTERVAL '1' MINUTE;
SELECT id FROM payments;
==== accepted | a type
ALTER TABLE plain MODIFY id BIGINT;
INSERT INTO plain SELECT id, customer FROM orders;
==== refused | doesn't exist | 1:1 | a table that does not exist
ALTER TABLE nowhere SET ('a' = 'b');
==== refused | Encountered | 1:20 | a word that is none
ALTER TABLE orders ADDD note STRING;
==== refused | already | 1:1 | a column that is there
ALTER TABLE orders ADD customer STRING;
