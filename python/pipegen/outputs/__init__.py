"""What becomes of the events of a run: history, later recorder, report and exporters. Listens; never steers."""

from pipegen.outputs.histograms import STAGES, HistogramLog, Interval, read_ms
from pipegen.outputs.history import History, HistorySlice
from pipegen.outputs.prometheus import CONTENT_TYPE as OPENMETRICS_TYPE
from pipegen.outputs.prometheus import openmetrics

__all__ = [
    "OPENMETRICS_TYPE",
    "STAGES",
    "HistogramLog",
    "History",
    "HistorySlice",
    "Interval",
    "openmetrics",
    "read_ms",
]
