"""The live page and its API. Sees snapshots only: it never calls Kafka, Flink or the registry, and never prints."""

from pipegen.dashboard.aggregate import AggregateServer
from pipegen.dashboard.logo import LogoError, load_logo
from pipegen.dashboard.server import DashboardServer

__all__ = ["AggregateServer", "DashboardServer", "LogoError", "load_logo"]
