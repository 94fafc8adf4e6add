"""PipeGen: load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured."""

from importlib.metadata import version

__version__ = version("pipegen")
