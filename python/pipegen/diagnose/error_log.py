"""Every error of a run, one entry a kind, counted. Any thread may report; nobody waits for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pipegen.snapshot import ErrorEntry
from pipegen.snapshot.run import Category, Component

Severity = Literal["info", "warning", "error", "critical"]
_MOST_KINDS = 200
_LONGEST_MESSAGE = 2000


@dataclass(slots=True)
class _Kind:
    component: Component
    category: Category
    severity: Severity
    message: str
    suggestion: str | None
    count: int
    first_at: str
    last_at: str


class ErrorLog:
    """Errors by kind; beyond 200 kinds new ones are only counted under one entry that says so.

    Args:
        on_new: Called with each entry that is seen for the first time, from the reporting thread.
    """

    def __init__(self, on_new: Callable[[ErrorEntry], None] | None = None) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._lock = threading.Lock()
        self._on_new = on_new

    def report(
        self,
        *,
        key: str,
        component: Component,
        category: Category,
        message: str,
        severity: Severity = "error",
        suggestion: str | None = None,
        count: int = 1,
    ) -> None:
        """Counts an error under ``component.key``; the newest message and severity are kept."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        full_key = f"{component}.{key}"
        with self._lock:
            if full_key not in self._kinds and len(self._kinds) >= _MOST_KINDS:
                full_key, component, category = "pipegen.more", "pipegen", "processing"
                message = f"more than {_MOST_KINDS} kinds of errors; the rest is counted here"
            kind = self._kinds.get(full_key)
            new = kind is None
            if kind is None:
                kind = _Kind(component, category, severity, "", suggestion, 0, now, now)
                self._kinds[full_key] = kind
            kind.message = message[:_LONGEST_MESSAGE]
            kind.severity = severity
            kind.count += count
            kind.last_at = now
            entry = _entry(full_key, kind)
        if new and self._on_new is not None:
            self._on_new(entry)

    def entries(self) -> list[ErrorEntry]:
        """Every kind, the one seen last first."""
        with self._lock:
            found = [_entry(key, kind) for key, kind in self._kinds.items()]
        return sorted(found, key=lambda entry: entry.last_at, reverse=True)


def _entry(key: str, kind: _Kind) -> ErrorEntry:
    return ErrorEntry(
        id=key,
        component=kind.component,
        category=kind.category,
        severity=kind.severity,
        message=kind.message,
        suggestion=kind.suggestion,
        count=kind.count,
        first_at=kind.first_at,
        last_at=kind.last_at,
    )
