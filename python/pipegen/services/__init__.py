"""Clients of Kafka, Flink, the SQL gateway and the schema registry. They ask and translate; they decide nothing."""
