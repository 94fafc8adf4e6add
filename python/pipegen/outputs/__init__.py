"""What becomes of the events of a run: history, later recorder, report and exporters. Listens; never steers."""

from pipegen.outputs.history import History, HistorySlice

__all__ = ["History", "HistorySlice"]
