-- Three windows of one table in a catalog and a database of their own.
SET 'table.exec.source.idle-timeout' = '1 s';
CREATE CATALOG my_cat WITH ('type' = 'generic_in_memory');
USE CATALOG my_cat;
CREATE DATABASE `my-db`;
USE `my-db`;
CREATE TABLE bids (bid_id BIGINT, item STRING, price DOUBLE, bid_time TIMESTAMP(3), WATERMARK FOR bid_time AS bid_time - INTERVAL '0.2' SECOND) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-bids', 'format' = 'json');
CREATE TABLE agg (item STRING, ws TIMESTAMP(3), we TIMESTAMP(3), s DOUBLE) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-agg', 'format' = 'json');
CREATE TABLE sums (bid_id BIGINT, s DOUBLE, n BIGINT) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'x:1', 'properties.group.id' = 'recipes', 'topic' = 'recipes-sums', 'format' = 'json');
CREATE TABLE hops (we TIMESTAMP(3), n BIGINT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO agg SELECT item, window_start, window_end, SUM(price) FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' SECOND, INTERVAL '2' SECOND)) GROUP BY item, window_start, window_end;
INSERT INTO sums SELECT bid_id, SUM(price) OVER w, COUNT(*) OVER w FROM bids WINDOW w AS (PARTITION BY item ORDER BY bid_time RANGE BETWEEN INTERVAL '2' SECOND PRECEDING AND CURRENT ROW);
INSERT INTO `my_cat`.`my-db`.hops SELECT window_end, COUNT(*) FROM TABLE(HOP(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' SECOND, INTERVAL '2' SECOND)) GROUP BY window_start, window_end;
END;
