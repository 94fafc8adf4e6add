"""Keeps records of topics in a file, as they were or with values replaced. Commits nothing and changes no topic."""

from pipegen.capture.capture import Captured, CaptureRequest, capture_topics
from pipegen.capture.wanted import Wanted, read_offsets

__all__ = ["CaptureRequest", "Captured", "Wanted", "capture_topics", "read_offsets"]
