==== accepted | all of it, and another topic
CREATE TABLE more WITH ('topic' = 'more') LIKE orders;
INSERT INTO plain SELECT id, customer FROM more;
==== accepted | more columns
CREATE TABLE more (note STRING) WITH ('topic' = 'more') LIKE orders;
INSERT INTO plain SELECT id, note FROM more;
==== accepted | other options alone
CREATE TABLE sink WITH ('connector' = 'blackhole') LIKE plain (EXCLUDING ALL INCLUDING GENERATED);
==== accepted | its options left out
CREATE TABLE sink WITH ('connector' = 'print') LIKE plain (EXCLUDING OPTIONS);
INSERT INTO sink SELECT id, customer FROM orders;
==== accepted | another watermark
CREATE TABLE more (WATERMARK FOR placed AS placed - INTERVAL '1' MINUTE) WITH ('topic' = 'more')
LIKE orders (OVERWRITING WATERMARKS);
INSERT INTO plain SELECT id, customer FROM more;
==== accepted | without generated columns and metadata
CREATE TABLE more LIKE orders (EXCLUDING METADATA EXCLUDING WATERMARKS);
INSERT INTO plain SELECT id, customer FROM more;
==== accepted | temporary, of its own name
CREATE TEMPORARY TABLE orders WITH ('topic' = 'shadow') LIKE orders (OVERWRITING OPTIONS);
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | like one that is like another
CREATE TABLE a WITH ('topic' = 'a') LIKE orders;
CREATE TABLE b WITH ('topic' = 'b') LIKE a;
INSERT INTO plain SELECT id, customer FROM b;
==== accepted | a primary key added
CREATE TABLE keyed (PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'k',
  'properties.bootstrap.servers' = 'broker:9092', 'key.format' = 'json', 'value.format' = 'json')
LIKE orders (EXCLUDING OPTIONS);
SHOW CREATE TABLE keyed;
==== refused | not found in the catalog | 1:48 | like nothing
CREATE TABLE more WITH ('topic' = 'more') LIKE nowhere;
==== refused | Missing required options are | 2:1 | options left out that it needs
CREATE TABLE more WITH ('connector' = 'kafka', 'format' = 'json') LIKE orders (EXCLUDING OPTIONS);
INSERT INTO plain SELECT id, customer FROM more;
