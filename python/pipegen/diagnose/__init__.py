"""What went wrong and what it means: the errors of a run, counted and explained, and the one sentence about it."""

from pipegen.diagnose.cause import find_cause
from pipegen.diagnose.error_log import ErrorLog
from pipegen.diagnose.headline import headline
from pipegen.diagnose.sight import Sight, Sights, sight_of, sight_of_snapshot

__all__ = ["ErrorLog", "Sight", "Sights", "find_cause", "headline", "sight_of", "sight_of_snapshot"]
