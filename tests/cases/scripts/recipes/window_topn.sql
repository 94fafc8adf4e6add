-- The dearest suppliers of each window, typed in.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE TABLE bid (bidtime TIMESTAMP(3), price DECIMAL(10, 2), item STRING, supplier_id STRING, WATERMARK FOR bidtime AS bidtime - INTERVAL '0.1' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-bid', 'format' = 'json');
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) as rownum
  FROM (
    SELECT window_start, window_end, supplier_id, SUM(price) as price, COUNT(*) as cnt
    FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(bidtime), INTERVAL '1' SECOND))
    GROUP BY window_start, window_end, supplier_id
  )
) WHERE rownum <= 3;
