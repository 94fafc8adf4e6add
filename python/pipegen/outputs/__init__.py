"""What becomes of the events of a run: history, later recorder, report and exporters. Listens; never steers."""

from pipegen.outputs.histograms import STAGES, HistogramLog, Interval, read_ms
from pipegen.outputs.history import History, HistorySlice
from pipegen.outputs.module_bundle import bundle_modules, modules_of
from pipegen.outputs.prometheus import CONTENT_TYPE as OPENMETRICS_TYPE
from pipegen.outputs.prometheus import openmetrics
from pipegen.outputs.web_folder import find_web_folder

__all__ = [
    "OPENMETRICS_TYPE",
    "STAGES",
    "HistogramLog",
    "History",
    "HistorySlice",
    "Interval",
    "bundle_modules",
    "find_web_folder",
    "modules_of",
    "openmetrics",
    "read_ms",
]
