"""Verdicts: thresholds in a small language, the validity of a run, and what both mean for its exit code.

Judges what it is shown, snapshot by snapshot; measures nothing, stops nothing and prints nothing.
"""

from pipegen.gates.ending import Ending, RunOutcome, ending_exit_code
from pipegen.gates.grammar import parse_threshold
from pipegen.gates.judge import Judge
from pipegen.gates.metric import Metric, metric_catalogue
from pipegen.gates.part_metric import PartNames, part_catalogue
from pipegen.gates.quantity import show_quantity
from pipegen.gates.rate_search import CapacityRange, CapacitySearch, LimitedBy, TrialOutcome
from pipegen.gates.recovery import RECOVERY_BEFORE_S, RECOVERY_RATIO, RECOVERY_SLACK
from pipegen.gates.settings_list import read_thresholds
from pipegen.gates.threshold import Threshold
from pipegen.gates.validity import ValidityLimits

__all__ = [
    "RECOVERY_BEFORE_S",
    "RECOVERY_RATIO",
    "RECOVERY_SLACK",
    "CapacityRange",
    "CapacitySearch",
    "Ending",
    "Judge",
    "LimitedBy",
    "Metric",
    "PartNames",
    "RunOutcome",
    "Threshold",
    "TrialOutcome",
    "ValidityLimits",
    "ending_exit_code",
    "metric_catalogue",
    "parse_threshold",
    "part_catalogue",
    "read_thresholds",
    "show_quantity",
]
