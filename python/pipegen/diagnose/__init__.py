"""What went wrong and what it means: the errors of a run, counted, and the one sentence about it."""

from pipegen.diagnose.error_log import ErrorLog
from pipegen.diagnose.headline import headline

__all__ = ["ErrorLog", "headline"]
