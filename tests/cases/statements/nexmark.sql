==== accepted | bids in another currency
INSERT INTO traced SELECT CAST(auction AS INT), CAST(0.908 * price AS STRING), hdr, due FROM bid;
==== accepted | bids for some auctions
INSERT INTO plain SELECT CAST(auction AS INT), CAST(price AS STRING) FROM bid WHERE MOD(auction, 123) = 0;
==== accepted | who sells in three states
SELECT p.name, p.state, a.id FROM auction a JOIN person p ON a.seller = p.id
WHERE a.category = 10 AND p.state IN ('or', 'id', 'ca');
==== accepted | mean of closing prices of a category
SELECT category, AVG(final) FROM (
  SELECT MAX(b.price) AS final, a.category FROM auction a, bid b
  WHERE a.id = b.auction AND b.happened BETWEEN a.happened AND a.expires GROUP BY a.id, a.category)
GROUP BY category;
==== accepted | auctions with the most bids
SELECT counted.auction, counted.num FROM (
  SELECT auction, COUNT(*) AS num, window_start, window_end
  FROM TABLE(HOP(TABLE bid, DESCRIPTOR(happened), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
  GROUP BY auction, window_start, window_end) AS counted
JOIN (
  SELECT MAX(num) AS most, window_start, window_end FROM (
    SELECT auction, COUNT(*) AS num, window_start, window_end
    FROM TABLE(HOP(TABLE bid, DESCRIPTOR(happened), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
    GROUP BY auction, window_start, window_end)
  GROUP BY window_start, window_end) AS best
ON counted.window_start = best.window_start AND counted.window_end = best.window_end AND counted.num >= best.most;
==== accepted | the highest bid of each period
SELECT b.auction, b.price, b.bidder FROM bid b JOIN (
  SELECT MAX(price) AS most, window_end AS until
  FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(happened), INTERVAL '10' SECOND)) GROUP BY window_start, window_end) m
ON b.price = m.most WHERE b.happened BETWEEN m.until - INTERVAL '10' SECOND AND m.until;
==== accepted | new sellers
SELECT p.id, p.name, p.window_start FROM (
  SELECT id, name, window_start, window_end
  FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(happened), INTERVAL '10' SECOND))
  GROUP BY id, name, window_start, window_end) AS p
JOIN (
  SELECT seller, window_start, window_end
  FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(happened), INTERVAL '10' SECOND))
  GROUP BY seller, window_start, window_end) AS a
ON p.id = a.seller AND p.window_start = a.window_start AND p.window_end = a.window_end;
==== accepted | the winning bid
SELECT id, price FROM (
  SELECT a.id, b.price, ROW_NUMBER() OVER (PARTITION BY a.id ORDER BY b.price DESC, b.happened ASC) AS n
  FROM auction a, bid b WHERE a.id = b.auction AND b.happened BETWEEN a.happened AND a.expires) WHERE n <= 1;
==== accepted | sessions of bidders
SELECT bidder, COUNT(*), window_start FROM TABLE(
  SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(happened), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end;
==== accepted | kinds of prices
SELECT channel, COUNT(*) FILTER (WHERE price < 10000), COUNT(DISTINCT bidder) FILTER (WHERE price >= 10000)
FROM bid GROUP BY channel;
==== accepted | the last bid of each
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction, bidder ORDER BY happened DESC) AS n FROM bid) WHERE n <= 1;
==== accepted | ten best of each
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS n FROM bid) WHERE n <= 10;
==== accepted | bids joined with auctions
SELECT b.auction, a.item, b.price FROM bid b INNER JOIN auction a ON b.auction = a.id WHERE a.category = 10;
==== accepted | auctions above the mean
SELECT a.id, a.item, COUNT(b.auction) FROM auction a JOIN bid b ON a.id = b.auction GROUP BY a.id, a.item
HAVING COUNT(b.auction) >= (SELECT COUNT(*) / COUNT(DISTINCT auction) FROM bid);
==== accepted | auctions with a bid
SELECT id, item FROM auction WHERE id IN (SELECT auction FROM bid GROUP BY auction HAVING COUNT(*) >= 20);
