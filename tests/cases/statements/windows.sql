==== accepted | tumbling
INSERT INTO traced SELECT CAST(COUNT(*) AS INT), customer, CAST(NULL AS MAP<STRING, BYTES>), MAX(due)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, customer;
==== accepted | hopping
INSERT INTO plain SELECT CAST(COUNT(*) AS INT), customer
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end, customer;
==== accepted | growing
INSERT INTO plain SELECT CAST(COUNT(*) AS INT), customer
FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end, customer;
==== accepted | sessions
INSERT INTO plain SELECT CAST(COUNT(*) AS INT), customer
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(placed), INTERVAL '5' SECOND))
GROUP BY window_start, window_end, customer;
==== accepted | the old way
INSERT INTO plain SELECT CAST(COUNT(*) AS INT), customer FROM orders
GROUP BY TUMBLE(placed, INTERVAL '10' SECOND), customer;
==== accepted | over rows before
INSERT INTO plain SELECT id, CAST(SUM(amount) OVER w AS STRING) FROM orders
WINDOW w AS (PARTITION BY customer ORDER BY placed ROWS BETWEEN 5 PRECEDING AND CURRENT ROW);
==== accepted | the first of each
INSERT INTO traced SELECT id, customer, hdr, due FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY placed) AS rn FROM orders) WHERE rn = 1;
==== accepted | the three dearest
SELECT customer, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) AS rn FROM orders) WHERE rn <= 3;
==== accepted | a pattern
INSERT INTO plain SELECT first_id, customer FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer ORDER BY placed
  MEASURES A.id AS first_id, LAST(B.amount) AS amount
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C) WITHIN INTERVAL '1' MINUTE
  DEFINE A AS A.amount > 5, B AS B.amount < 5, C AS C.amount > LAST(B.amount));
==== accepted | no window at all
INSERT INTO totals SELECT customer, COUNT(DISTINCT id) FROM orders GROUP BY customer;
==== refused | physical offsets | 1:1 | PREV, which Flink does not have
INSERT INTO plain SELECT a, 'x' FROM orders MATCH_RECOGNIZE (ORDER BY placed MEASURES A.id AS a
  ONE ROW PER MATCH PATTERN (A B) DEFINE B AS B.amount < PREV(B.amount, 1));
==== refused | Unknown identifier 'nosuch' | 2:44 | a column that is not there
INSERT INTO plain SELECT 1, customer
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(nosuch), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, customer;
