"""Runs a pipeline under load: brings it up, sends, reads back, samples, drains and puts everything away."""

from pipegen.run.connect import ADDRESS_KEYS, find_services
from pipegen.run.feed.file import open_input
from pipegen.run.feed.generated import fault_warnings, record_plan
from pipegen.run.feed.row_plan import plan_rows
from pipegen.run.feed.schedule import planned_counts, schedule_of
from pipegen.run.read.inspection import rules_of
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.run.summary import RunSummary

__all__ = [
    "ADDRESS_KEYS",
    "RunSpec",
    "RunSummary",
    "Runner",
    "fault_warnings",
    "find_services",
    "open_input",
    "plan_rows",
    "planned_counts",
    "record_plan",
    "rules_of",
    "schedule_of",
]
