"""Every error of a run, one entry a kind, counted and explained. Any thread may report; nobody waits for long."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from pipegen.diagnose.catalogue import find_rule
from pipegen.diagnose.trends import Trends
from pipegen.errors import (
    NO_CODE,
    FaultCode,
    FlinkError,
    KafkaError,
    PipeGenError,
    PipelineError,
    RegistryError,
    ServiceError,
)
from pipegen.moment import iso_at
from pipegen.redact import redact, redact_whole
from pipegen.snapshot import ErrorEntry, ErrorTrends
from pipegen.snapshot.run import Category, Component, Severity

_MOST_KINDS: Final = 200
_LONGEST_MESSAGE: Final = 2000
_SEVERITIES: Final[tuple[Severity, ...]] = ("info", "warning", "error", "critical")
_OWNERS: Final[tuple[tuple[type[ServiceError], Component], ...]] = (
    (KafkaError, "kafka"),
    (RegistryError, "registry"),
    (FlinkError, "flink"),
    (PipelineError, "flink"),
)
ExplainedBy = Literal["rule", "model"]


@dataclass(slots=True)
class _Kind:
    component: Component
    category: Category
    severity: Severity
    message: str
    suggestion: str | None
    remedy: str | None
    evidence: str | None
    rule: str | None
    explained_by: ExplainedBy | None
    count: int
    first_at: str
    last_at: str


class ErrorLog:
    """Errors by kind; beyond 200 kinds new ones are only counted under one entry that says so.

    Secrets are taken out of every text before it is kept.

    Args:
        on_new: Called with each entry that is seen for the first time, from the reporting thread.
        secrets: Secrets this process knows.
        clock: Epoch seconds now.
    """

    def __init__(
        self,
        on_new: Callable[[ErrorEntry], None] | None = None,
        *,
        secrets: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._trends = Trends()
        self._lock = threading.Lock()
        self._on_new = on_new
        self._secrets = tuple(secrets)
        self._clock = clock

    def report(
        self,
        *,
        component: Component,
        category: Category,
        message: str,
        key: str | None = None,
        severity: Severity | None = None,
        remedy: str | None = None,
        detail: str | None = None,
        code: FaultCode = NO_CODE,
        count: int = 1,
    ) -> None:
        """Counts an error and looks it up in the catalogue; the newest message is kept.

        Args:
            component: Where it happened.
            category: What kind it is when the catalogue has no rule for it.
            message: The original text.
            key: What makes it a kind of its own; by itself the rule that fits, or the message without its numbers.
            severity: How bad it is at least; by itself what the rule says.
            remedy: What mends it, where whoever reports it knows better than the rule.
            detail: Foreign text to look for rules in, such as a Java trace; not kept.
            code: What the service itself calls it.
            count: How many such errors.
        """
        searched = "\n".join(part for part in (key, message, detail) if part)
        match = find_rule(component, searched, code)
        rule = match.rule if match else None
        name = key or (rule.id if rule else _without_numbers(message))
        worst = max(severity or "info", rule.severity if rule else severity or "error", key=_SEVERITIES.index)
        kind = _Kind(
            component=component,
            category=rule.category if rule else category,
            severity=worst,
            message=self._clean(message),
            suggestion=rule.suggestion if rule else None,
            remedy=self._clean(remedy) if remedy else (rule.remedy if rule else None),
            evidence=self._clean(match.evidence) if match else None,
            rule=rule.id if rule else None,
            explained_by="rule" if rule else None,
            count=count,
            first_at="",
            last_at="",
        )
        self._count(f"{component}.{self._clean(name)}", kind)

    def report_failure(self, error: PipeGenError, *, severity: Severity | None = None) -> None:
        """Counts an exception of PipeGen's own tree, such as the one that ends a run."""
        self.report(
            component=component_of(error),
            category="processing" if isinstance(error, PipelineError) else "connection",
            message=error.message,
            severity=severity,
            remedy=error.remedy,
            detail=error.detail,
            code=error.code if isinstance(error, ServiceError) else NO_CODE,
        )

    def explain(self, entry_id: str, suggestion: str, *, evidence: str) -> None:
        """Adds a language model's words to an entry that no rule explains."""
        with self._lock:
            kind = self._kinds.get(entry_id)
            if kind is None or kind.explained_by is not None:
                return
            kind.suggestion = self._clean(suggestion)
            kind.evidence = self._clean(evidence)
            kind.explained_by = "model"

    def entries(self) -> list[ErrorEntry]:
        """Every kind, the one seen last first."""
        with self._lock:
            found = [_entry(key, kind) for key, kind in self._kinds.items()]
        return sorted(found, key=lambda entry: entry.last_at, reverse=True)

    def trends(self) -> ErrorTrends:
        """Errors over time, by category."""
        with self._lock:
            return self._trends.view(now_s=self._clock())

    def _count(self, key: str, seen: _Kind) -> None:
        now_s = self._clock()
        now = iso_at(now_s)
        with self._lock:
            if key not in self._kinds and len(self._kinds) >= _MOST_KINDS:
                key = "pipegen.more"
                text = f"more than {_MOST_KINDS} kinds of errors; the rest is counted here"
                seen = _Kind("pipegen", "processing", "error", text, None, None, None, None, None, seen.count, "", "")
            known = self._kinds.get(key)
            seen.first_at = known.first_at if known else now
            seen.last_at = now
            self._trends.add(seen.category, seen.count, now_s=now_s)
            if known is not None:
                seen.count += known.count
                if seen.explained_by is None and known.explained_by == "model":
                    seen.suggestion, seen.evidence, seen.explained_by = known.suggestion, known.evidence, "model"
            self._kinds[key] = seen
            entry = _entry(key, seen)
        if known is None and self._on_new is not None:
            self._on_new(entry)

    def cleaned(self, text: str) -> str:
        """A text of any length without secrets, for whatever is stored next to the entries."""
        return redact_whole(text, known=self._secrets)

    def _clean(self, text: str) -> str:
        return redact(text, known=self._secrets)[:_LONGEST_MESSAGE]


def component_of(error: PipeGenError) -> Component:
    """Whose an error is."""
    return next((owner for kind, owner in _OWNERS if isinstance(error, kind)), "pipegen")


def _without_numbers(message: str) -> str:
    """What two messages of one kind have in common: the words, without counts, ids and addresses."""
    return re.sub(r"[0-9a-f]*\d[0-9a-f]*", "#", message[:_LONGEST_MESSAGE])[:80]


def _entry(key: str, kind: _Kind) -> ErrorEntry:
    return ErrorEntry(
        id=key,
        component=kind.component,
        category=kind.category,
        severity=kind.severity,
        message=kind.message,
        suggestion=kind.suggestion,
        remedy=kind.remedy,
        evidence=kind.evidence,
        rule=kind.rule,
        explained_by=kind.explained_by,
        count=kind.count,
        first_at=kind.first_at,
        last_at=kind.last_at,
    )
