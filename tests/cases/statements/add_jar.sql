==== refused | /nowhere/udf.jar | 1:1 | a file that is not there
ADD JAR '/nowhere/udf.jar';
==== refused | nowhere.jar | 2:1 | a relative path
-- of the gateway's own folder
ADD JAR 'nowhere.jar';
==== refused | Encountered | 1:9 | a path without quotes
ADD JAR /nowhere/udf.jar;
==== refused | Encountered | 1:7 | no path
ADD JAR;
==== accepted | none yet
SHOW JARS;
==== refused | doesn't support REMOVE JAR | 1:1 | a jar that was not added
REMOVE JAR '/nowhere/udf.jar';
==== refused | Hadoop is not in the classpath | 1:1 | a file system that is not there
ADD JAR 'hdfs://host/udf.jar';
==== refused | it's here | 1:1 | a quote in the path
ADD JAR '/nowhere/it''s here.jar';
==== accepted | the jar of a function, which Flink fetches when it is called
CREATE FUNCTION f AS 'com.example.Nowhere' USING JAR '/nowhere/udf.jar';
