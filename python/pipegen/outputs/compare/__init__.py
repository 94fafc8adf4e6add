"""Comparisons of runs: what is faster, slower or the same, and how sure that is. Reads recordings and summaries."""

from pipegen.outputs.compare.comparison import Comparison, Difference, compare_sides
from pipegen.outputs.compare.page import change_text, comparison_page, comparison_sentence, interval_text
from pipegen.outputs.compare.run import ComparedRun, run_of_recording, run_of_summary

__all__ = [
    "ComparedRun",
    "Comparison",
    "Difference",
    "change_text",
    "compare_sides",
    "comparison_page",
    "comparison_sentence",
    "interval_text",
    "run_of_recording",
    "run_of_summary",
]
