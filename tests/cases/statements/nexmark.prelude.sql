-- An auction house: people, auctions and bids in one topic, as views.
CREATE TABLE events (
  kind INT,
  person ROW<id BIGINT, name STRING, state STRING, ts TIMESTAMP(3)>,
  auction ROW<id BIGINT, item STRING, seller BIGINT, category INT, ts TIMESTAMP(3), expires TIMESTAMP(3)>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3)>,
  happened AS CASE WHEN kind = 0 THEN person.ts WHEN kind = 1 THEN auction.ts ELSE bid.ts END,
  WATERMARK FOR happened AS happened - INTERVAL '4' SECOND,
  hdr MAP<STRING, BYTES> METADATA FROM 'headers',
  due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = 'events', 'properties.bootstrap.servers' = 'broker:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE VIEW person AS SELECT person.id, person.name, person.state, happened, hdr, due FROM events WHERE kind = 0;
CREATE VIEW auction AS
SELECT auction.id, auction.item, auction.seller, auction.category, auction.expires, happened, hdr, due
FROM events WHERE kind = 1;
CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, happened, hdr, due FROM events WHERE kind = 2;
