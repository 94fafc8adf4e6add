"""The run's Flink job: whether it is alive, and the end of a run whose job has failed."""
