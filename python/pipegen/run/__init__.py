"""Runs a pipeline under load: brings it up, sends, reads back, samples, drains and puts everything away."""

from pipegen.run.runner import Runner
from pipegen.run.summary import RunSummary

__all__ = ["RunSummary", "Runner"]
