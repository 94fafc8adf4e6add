"""Runs a pipeline under load: brings it up, sends, reads back, samples, drains and puts everything away."""

from pipegen.run.runner import Runner
from pipegen.run.schedule import planned_counts, schedule_of
from pipegen.run.summary import RunSummary

__all__ = ["RunSummary", "Runner", "planned_counts", "schedule_of"]
