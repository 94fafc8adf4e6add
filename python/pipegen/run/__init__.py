"""Runs a pipeline under load: brings it up, sends, reads back, samples, drains and puts everything away.

The names here need no client of Kafka, Flink or the registry, so that checking a project and generating records start
at once. What talks to services is imported from its own module, such as :mod:`pipegen.run.runner`.
"""

from pipegen.run.feed.file import open_input
from pipegen.run.feed.generated import fault_warnings, record_plan
from pipegen.run.feed.row_plan import plan_rows
from pipegen.run.feed.schedule import planned_counts, schedule_of
from pipegen.run.read.rules import rules_of
from pipegen.run.summary import RunSummary

__all__ = [
    "RunSummary",
    "fault_warnings",
    "open_input",
    "plan_rows",
    "planned_counts",
    "record_plan",
    "rules_of",
    "schedule_of",
]
