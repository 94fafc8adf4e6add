"""Runs a pipeline under load: brings it up, sends, reads back, samples, drains and puts everything away."""

from pipegen.run.connect import ADDRESS_KEYS, find_services
from pipegen.run.data_input import open_input
from pipegen.run.inspecting import rules_of
from pipegen.run.record_plan import fault_warnings, record_plan
from pipegen.run.replay_plan import plan_replay
from pipegen.run.runner import Runner
from pipegen.run.schedule import planned_counts, schedule_of
from pipegen.run.summary import RunSummary

__all__ = [
    "ADDRESS_KEYS",
    "RunSummary",
    "Runner",
    "fault_warnings",
    "find_services",
    "open_input",
    "plan_replay",
    "planned_counts",
    "record_plan",
    "rules_of",
    "schedule_of",
]
