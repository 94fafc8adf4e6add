==== projection
INSERT INTO traced SELECT id, UPPER(customer), hdr, due FROM orders;
==== filter
INSERT INTO traced SELECT id, address.city, hdr, due FROM orders WHERE amount > 5;
==== aliases
INSERT INTO traced WITH x (a, b, h, d) AS (SELECT id, customer, hdr, due FROM orders)
SELECT y.a, y.b, y.h, y.d FROM (SELECT * FROM x) AS y (a, b, h, d);
==== view
CREATE VIEW v (a, b, h, d) AS SELECT id, customer, hdr, due FROM orders;
CREATE VIEW w AS SELECT * FROM v WHERE a > 5;
INSERT INTO traced TABLE w;
==== header in name only
INSERT INTO traced SELECT id, customer, MAP['a', X'00'] AS hdr, CAST(NULL AS TIMESTAMP_LTZ(3)) AS due FROM orders;
==== sink without metadata
INSERT INTO plain SELECT id, customer FROM orders;
==== window start is no due time
INSERT INTO traced SELECT CAST(COUNT(*) AS INT), customer, CAST(NULL AS MAP<STRING, BYTES>),
  CAST(TUMBLE_START(placed, INTERVAL '1' SECOND) AS TIMESTAMP_LTZ(3))
FROM orders GROUP BY TUMBLE(placed, INTERVAL '1' SECOND), customer;
==== tumbling window
INSERT INTO traced SELECT CAST(COUNT(*) AS INT), customer, CAST(NULL AS MAP<STRING, BYTES>), MAX(due)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, customer;
==== session window
INSERT INTO traced SELECT CAST(COUNT(*) AS INT), customer, CAST(NULL AS MAP<STRING, BYTES>), MAX(due)
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(placed), INTERVAL '5' SECOND))
GROUP BY window_start, window_end, customer;
==== header of the last
INSERT INTO traced SELECT CAST(COUNT(*) AS INT), customer, LAST_VALUE(hdr), CAST(NULL AS TIMESTAMP_LTZ(3))
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, customer;
==== windows without a group
INSERT INTO traced SELECT id, customer, hdr, due
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '10' SECOND));
INSERT INTO plain SELECT id, customer
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' SECOND, INTERVAL '10' SECOND));
==== over
INSERT INTO traced SELECT id, LAG(customer) OVER (PARTITION BY customer ORDER BY placed), hdr, due FROM orders;
==== header of another record
INSERT INTO traced SELECT id, customer, LAG(hdr) OVER (PARTITION BY customer ORDER BY placed), CAST(NULL AS TIMESTAMP_LTZ(3))
FROM orders;
==== deduplication
INSERT INTO traced SELECT id, customer, hdr, due FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY placed) AS rn FROM orders) WHERE rn = 1;
==== top-n
SELECT customer, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) AS rn FROM orders) WHERE rn <= 3;
==== pattern
INSERT INTO traced SELECT first_id, customer, h, CAST(NULL AS TIMESTAMP_LTZ(3)) FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer ORDER BY placed MEASURES A.id AS first_id, LAST(B.hdr) AS h
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (A B) DEFINE A AS A.amount > 5, B AS B.amount < 5);
==== interval join
INSERT INTO traced SELECT o.id, o.customer, o.hdr, GREATEST(o.due, p.due) FROM orders o
JOIN payments p ON o.id = p.order_id AND p.paid BETWEEN o.placed AND o.placed + INTERVAL '1' HOUR;
==== temporal join
INSERT INTO traced SELECT o.id, CAST(o.amount * r.rate AS STRING), o.hdr, o.due FROM orders o
LEFT JOIN rates FOR SYSTEM_TIME AS OF o.placed AS r ON o.currency = r.currency;
==== inner temporal join
INSERT INTO traced SELECT o.id, r.currency, o.hdr, o.due FROM orders o
JOIN rates FOR SYSTEM_TIME AS OF o.placed AS r ON o.currency = r.currency;
==== comma join
INSERT INTO gone SELECT o.id, o.customer FROM orders o, payments p WHERE o.id = p.order_id;
==== join in brackets of three
INSERT INTO gone SELECT o.id, r.currency FROM (orders o JOIN rates r ON o.currency = r.currency)
JOIN payments p ON CAST(p.order_id AS BIGINT) = o.id;
==== self-join
INSERT INTO gone SELECT a.id, b.customer FROM orders a JOIN orders b ON a.id = b.id;
==== semi join
INSERT INTO gone SELECT id, customer FROM orders WHERE currency IN (SELECT currency FROM rates WHERE rate > 2);
==== anti join
INSERT INTO gone SELECT id, customer FROM orders o
WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id);
==== scalar subquery
INSERT INTO gone SELECT id, (SELECT MAX(currency) FROM rates) FROM orders;
==== rows written out beside
INSERT INTO gone SELECT o.id, v.x FROM orders o, (VALUES ('a'), ('b')) AS v (x);
==== each element
INSERT INTO traced SELECT o.id, t.tag, o.hdr, o.due FROM orders o CROSS JOIN UNNEST(o.tags) AS t (tag);
==== union
INSERT INTO traced SELECT id, customer, hdr, due FROM orders
UNION ALL SELECT order_id, 'paid', hdr, due FROM payments;
==== union with itself
INSERT INTO traced SELECT id, customer, hdr, due FROM orders UNION ALL SELECT id, currency, hdr, due FROM orders;
==== limit
INSERT INTO traced SELECT id, customer, hdr, due FROM orders LIMIT 10;
==== ordered by time
INSERT INTO traced SELECT id, customer, hdr, due FROM orders ORDER BY placed;
==== distinct
INSERT INTO gone SELECT DISTINCT id, customer FROM orders;
==== except
INSERT INTO gone SELECT id, customer FROM orders EXCEPT SELECT order_id, 'x' FROM payments;
==== values
INSERT INTO plain VALUES (1, 'a'), (2, 'b');
==== not null dropped
CREATE TABLE strict (id INT NOT NULL, text STRING) WITH ('connector' = 'blackhole');
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
INSERT INTO strict SELECT id, customer FROM orders;
RESET 'table.exec.sink.not-null-enforcer';
INSERT INTO gone SELECT id, customer FROM orders;
==== counted per key
INSERT INTO totals SELECT customer, COUNT(*) FROM orders GROUP BY customer;
==== changelog into upsert
CREATE TABLE latest (currency STRING, rate DECIMAL(10, 4), PRIMARY KEY (currency) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'latest', 'properties.bootstrap.servers' = 'broker:9092',
  'key.format' = 'raw', 'value.format' = 'json');
INSERT INTO latest SELECT currency, rate FROM rates;
==== buffered upserts
INSERT INTO totals /*+ OPTIONS('sink.buffer-flush.max-rows' = '10', 'sink.buffer-flush.interval' = '1s') */
SELECT customer, CAST(id AS BIGINT) FROM orders ON CONFLICT DO DEDUPLICATE;
==== chained
CREATE TABLE middle (id INT, text STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'middle', 'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json',
  'scan.startup.mode' = 'earliest-offset');
CREATE TABLE middle_again (text STRING, id INT, h MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
  'connector' = 'kafka', 'topic' = 'middle', 'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json',
  'scan.startup.mode' = 'earliest-offset');
INSERT INTO middle SELECT id, customer, hdr FROM orders WHERE amount > 5;
INSERT INTO traced SELECT id, text, h, CAST(NULL AS TIMESTAMP_LTZ(3)) FROM middle_again;
==== in a circle
INSERT INTO plain SELECT id, customer FROM orders UNION ALL SELECT id, text FROM plain WHERE id > 3;
==== two sinks
BEGIN STATEMENT SET;
INSERT INTO traced SELECT id, customer, hdr, due FROM orders;
INSERT INTO totals SELECT customer, COUNT(*) FROM orders GROUP BY customer;
END;
==== two statements into one sink
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO plain SELECT id, currency FROM orders;
==== hints
INSERT INTO traced /*+ OPTIONS('topic' = 'traced-2') */
SELECT id, customer, hdr, due FROM orders /*+ OPTIONS('topic' = 'orders-2', 'properties.client.id' = 'it''s; it') */;
==== one table, two topics
INSERT INTO gone SELECT a.id, b.customer FROM orders /*+ OPTIONS('topic' = 'a') */ a
JOIN orders /*+ OPTIONS('topic' = 'b') */ b ON a.id = b.id;
==== two databases
CREATE DATABASE shop;
CREATE TABLE shop.orders (id INT, customer STRING) WITH (
  'connector' = 'kafka', 'topic' = 'shop-orders', 'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json',
  'scan.startup.mode' = 'earliest-offset');
INSERT INTO gone SELECT o.id, s.customer FROM orders o JOIN shop.orders s ON o.id = s.id;
==== made of a query
CREATE TABLE copy (note STRING, text AS UPPER(customer), PRIMARY KEY (customer) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'copy', 'properties.bootstrap.servers' = 'broker:9092',
  'key.format' = 'json', 'value.format' = 'json')
AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
INSERT INTO gone SELECT CAST(n AS INT), text FROM copy;
==== names that mislead
CREATE DATABASE `my.db`;
CREATE TABLE `my.db`.`t.x, y` (id INT, `d'x` STRING) WITH ('connector' = 'print');
INSERT INTO `my.db`.`t.x, y` SELECT id, 'a
{[(it''s' || customer AS `x y` FROM orders;
==== keys
CREATE TABLE keyed (k_id BIGINT, name STRING, other STRING, `at` TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
  twice AS k_id * 2, WATERMARK FOR `at` AS `at` - INTERVAL '1' SECOND) PARTITIONED BY (name) WITH (
  'connector' = 'kafka', 'topic' = 'keyed;more', 'properties.bootstrap.servers' = 'broker:9092',
  'key.format' = 'raw', 'key.fields' = 'k_id', 'key.fields-prefix' = 'k_', 'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO gone SELECT CAST(k_id AS INT), name FROM keyed;
==== casts
CREATE TABLE texts (id BIGINT, text VARCHAR(5), hdr MAP<STRING, STRING> METADATA FROM 'headers',
  due TIMESTAMP(3) METADATA FROM 'timestamp') WITH ('connector' = 'kafka', 'topic' = 'texts',
  'properties.bootstrap.servers' = 'broker:9092', 'format' = 'json');
INSERT INTO texts SELECT id, CAST(customer AS VARCHAR(5)), CAST(hdr AS MAP<STRING, STRING>), due FROM orders;
==== batch
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE bounded WITH ('scan.bounded.mode' = 'latest-offset') LIKE orders;
INSERT INTO traced SELECT id, customer, hdr, due FROM bounded;
==== literals
INSERT INTO traced SELECT id, CASE currency WHEN 'EUR' THEN 'euro' WHEN 'CHF' THEN 'franc' ELSE 'it''s' END, hdr, due
FROM orders WHERE id = 2 AND customer IN ('A', 'B') AND address.city <> 'Bern' AND amount > 5 AND 20 >= amount;
==== literals in a pattern
INSERT INTO traced SELECT first_id, customer, h, CAST(NULL AS TIMESTAMP_LTZ(3)) FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer ORDER BY placed MEASURES A.id AS first_id, LAST(B.hdr) AS h
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (A B)
  DEFINE A AS A.currency = 'new', B AS B.currency IN ('paid', 'lost') AND B.amount > A.amount);
==== refused without a place in a set
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT id, customer FROM orders;
INSERT INTO gone SELECT id FROM orders;
END;
==== refused with a place
-- ${NOTHING} in a comment
INSERT INTO plain SELECT id, '${LONG}',
  nosuch FROM orders;
