"""What becomes of the events of a run: history, recording, report and exporters. Listens; never steers."""

from pipegen.outputs.capacity_report import CapacityReport, CapacityTrial, capacity_markdown, capacity_sentence
from pipegen.outputs.histograms import HistogramLog, Interval
from pipegen.outputs.history import History, HistorySlice
from pipegen.outputs.junit import junit_xml
from pipegen.outputs.module_bundle import bundle_modules, modules_of
from pipegen.outputs.otlp import OtlpPush, require_otel
from pipegen.outputs.prometheus import CONTENT_TYPE as OPENMETRICS_TYPE
from pipegen.outputs.prometheus import openmetrics
from pipegen.outputs.recorder import Recorder
from pipegen.outputs.recorder_manifest import make_manifest, this_machine
from pipegen.outputs.step_summary import step_summary
from pipegen.outputs.web_folder import find_web_folder

__all__ = [
    "OPENMETRICS_TYPE",
    "CapacityReport",
    "CapacityTrial",
    "HistogramLog",
    "History",
    "HistorySlice",
    "Interval",
    "OtlpPush",
    "Recorder",
    "bundle_modules",
    "capacity_markdown",
    "capacity_sentence",
    "find_web_folder",
    "junit_xml",
    "make_manifest",
    "modules_of",
    "openmetrics",
    "require_otel",
    "step_summary",
    "this_machine",
]
