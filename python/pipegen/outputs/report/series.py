"""The figures of a run over time, as a report draws them: real rows only, thinned in time, never averaged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

FIELDS: Final = (
    "sequence",
    "run.elapsed_s",
    "producer.rate",
    "producer.total",
    "producer.planned_total",
    "producer.planned_rate_per_s",
    "consumer.rate",
    "consumer.lag",
    "consumer.errors",
    "pipeline.lag",
    "pipeline.lag_s",
    "pipeline.duplicated",
    "pipeline.error_rate",
    "latency.generator_delay.interval.p99_ms",
    "latency.ack.interval.p99_ms",
    "latency.append.interval.p99_ms",
    "latency.end_to_end.interval.p50_ms",
    "latency.end_to_end.interval.p95_ms",
    "latency.end_to_end.interval.p99_ms",
    "latency.end_to_end.interval.p999_ms",
    "latency.end_to_end.interval.max_ms",
    "flink.busy_ratio",
    "flink.backpressure_ratio",
    "flink.pending_records",
    "flink.group_lag",
    "flink.checkpoints.last_duration_ms",
    "flink.checkpoints.alignment_ms",
    "flink.checkpoints.start_delay_ms",
    "flink.job_manager.cpu_ratio",
    "flink.job_manager.heap_used_bytes",
    "flink.task_manager_cpu_ratio",
    "system.cpu_ratio",
    "system.rss_bytes",
    "system.machine_cpu_ratio",
    "system.machine_memory_ratio",
    "system.kafka_cpu_ratio",
    "system.stack_disk_bytes",
    "error_trends.connection.total",
    "error_trends.serialisation.total",
    "error_trends.processing.total",
    "error_trends.data_quality.total",
)
"""What the report's charts and tables need; ``timestamp_ms`` comes before them in each row."""
_KEEP_BY: Final = FIELDS.index("latency.end_to_end.interval.p99_ms") + 1
_MOST_ROWS: Final = 8_000

Row = tuple[float | int | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Rows over time, oldest first: ``timestamp_ms``, then a value for each of ``FIELDS``."""

    rows: tuple[Row, ...] = ()
    part_fields: tuple[str, ...] = ()
    """Figures of each input and output, like ``outputs.NAME.total``."""
    parts: Mapping[float, Mapping[str, float | int | None]] = field(default_factory=dict)
    """Their values by the time of the row."""

    def of_parts(self, at_ms: float | None) -> list[float | int | None]:
        """The values of ``part_fields`` at the time of a row."""
        known = self.parts.get(at_ms or 0.0, {})
        return [known.get(name) for name in self.part_fields]

    def column(self, path: str) -> list[float]:
        """The known values of a figure, in order."""
        at = FIELDS.index(path) + 1
        return [value for row in self.rows if (value := row[at]) is not None]

    def largest(self, path: str) -> float | None:
        """The largest known value of a figure."""
        return max(self.column(path), default=None)

    def by_load(self, started_ms: float, duration_s: float) -> Series:
        """The same rows, during the load at the moment it says itself: taking a snapshot takes a moment, too."""
        at = FIELDS.index("run.elapsed_s") + 1
        return Series(
            tuple(
                row
                if (elapsed_s := row[at]) is None or elapsed_s >= duration_s
                else (started_ms + elapsed_s * 1000, *row[1:])
                for row in self.rows
            )
        )

    def between(self, from_ms: float, to_ms: float) -> Series:
        """The rows of a stretch of time, both ends included."""
        return Series(tuple(row for row in self.rows if from_ms <= (row[0] or 0) <= to_ms))

    def thinned(self, most: int) -> Series:
        """At most so many rows: of each two neighbours the one with the larger end-to-end p99 stays."""
        rows = list(self.rows)
        while len(rows) > most:
            rows = [_keep(rows[at : at + 2]) for at in range(0, len(rows), 2)]
        return Series(tuple(rows))


class SeriesBuilder:
    """Collects rows of snapshots in bounded memory."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._parts: dict[float, dict[str, float | int | None]] = {}
        self._part_fields: dict[str, None] = {}

    def add(self, raw: Mapping[str, Any]) -> None:
        """Takes the figures of a snapshot as parsed JSON; one without a time is passed over."""
        try:
            at_ms = datetime.fromisoformat(str(raw.get("timestamp"))).timestamp() * 1000
        except ValueError:
            return
        self._rows.append((at_ms, *(_figure(raw, path) for path in _PATHS)))
        parts = self._parts[at_ms] = dict(_of_parts(raw))
        self._part_fields.update(dict.fromkeys(parts))
        if len(self._rows) > _MOST_ROWS:
            self._rows = [_keep(self._rows[at : at + 2]) for at in range(0, len(self._rows), 2)]
            kept = {row[0] for row in self._rows}
            self._parts = {at: values for at, values in self._parts.items() if at in kept}

    def build(self) -> Series:
        """What was collected."""
        return Series(tuple(self._rows), tuple(self._part_fields), self._parts)


def series_of_table(fields: Iterable[str], rows: Iterable[tuple[float | int | None, ...]]) -> Series:
    """The series of a table of the history."""
    known = {field: at for at, field in enumerate(fields)}
    columns = [known.get(name) for name in ("timestamp_ms", *FIELDS)]
    return Series(tuple(tuple(None if at is None else row[at] for at in columns) for row in rows))


_PATHS: Final = tuple(tuple(field.split(".")) for field in FIELDS)


_PART_PATHS: Final = {
    "inputs": (("total",), ("rate",), ("errors",), ("ack", "p99_ms")),
    "outputs": (
        ("total",),
        ("rate",),
        ("lag",),
        ("lost",),
        ("duplicated",),
        ("end_to_end", "p50_ms"),
        ("end_to_end", "p99_ms"),
    ),
}


def _of_parts(raw: Mapping[str, Any]) -> Iterator[tuple[str, float | int | None]]:
    for kind, paths in _PART_PATHS.items():
        for part in raw.get(kind) or ():
            for path in paths:
                yield f"{kind}.{part.get('name')}.{'.'.join(path)}", _figure(part, path)


def _figure(raw: Mapping[str, Any], path: tuple[str, ...]) -> float | int | None:
    value: Any = raw
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _keep(rows: list[Row]) -> Row:
    return max(rows, key=lambda row: row[_KEEP_BY] or 0)
