==== accepted | a class of Flink's own
CREATE FUNCTION lit AS 'org.apache.flink.table.runtime.functions.scalar.SourceWatermarkFunction';
==== refused | com.example.Nowhere | 1:1 | temporary, of a class that is not there
CREATE TEMPORARY FUNCTION f AS 'com.example.Nowhere';
==== refused | com.example.Nowhere | 1:1 | a system function of a class that is not there
CREATE TEMPORARY SYSTEM FUNCTION f AS 'com.example.Nowhere' LANGUAGE JAVA;
==== accepted | IF NOT EXISTS
CREATE FUNCTION IF NOT EXISTS f AS 'com.example.Nowhere';
CREATE FUNCTION IF NOT EXISTS f AS 'com.example.Nowhere';
==== accepted | in Scala
CREATE FUNCTION f AS 'com.example.Nowhere' LANGUAGE SCALA;
==== accepted | altered
CREATE FUNCTION f AS 'com.example.Nowhere';
ALTER FUNCTION f AS 'com.example.Elsewhere';
==== accepted | dropped
CREATE FUNCTION f AS 'com.example.Nowhere';
DROP FUNCTION f;
DROP FUNCTION IF EXISTS g;
==== accepted | a name with its database
CREATE FUNCTION default_database.f AS 'com.example.Nowhere';
SHOW FUNCTIONS;
==== refused | No match found for function signature nosuch | 1:26 | a function that nobody made
INSERT INTO plain SELECT nosuch(id), customer FROM orders;
==== refused | Encountered | 1:19 | no class
CREATE FUNCTION f 'com.example.Nowhere';
