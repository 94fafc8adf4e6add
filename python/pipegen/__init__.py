"""PipeGen: load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured."""

from pipegen.distribution import version

__version__ = version()
