"""How the records of an output are timed; with several inputs, from the latest of their due times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Input, LatencyWay, Output, Path

_TIMESTAMP: Final = "timestamp"
_TRACE: Final = "trace"
_OUTER: Final = ("LEFT JOIN", "RIGHT JOIN", "FULL JOIN")


@dataclass(frozen=True, slots=True)
class Timing:
    """How the records of an output are timed.

    Attributes:
        way: By the header, by columns that lead back to the records, or by the record's timestamp; None if they are not
            timed.
        reason: Why, in a sentence or two, without the final full stop.
        joint: Whether an output record combines records of several inputs, all of which count.
        bound: Why the latency is only an upper bound; None if it counts from the latest due time.
    """

    way: LatencyWay | None
    reason: str
    joint: bool = False
    bound: str | None = None
    by_timestamp: bool = False
    """Whether the timestamps of records are due times that count."""


def time_output(output: Output, paths: Sequence[Path], inputs: Sequence[Input]) -> Timing:
    """How the records of an output are timed.

    Args:
        output: The output.
        paths: The paths to it that count.
        inputs: All inputs.
    """
    names = {path.input for path in paths}
    if any(path.meets & names for path in paths):
        return _joint(output, paths, inputs)
    ways = {path.latency.way for path in paths}
    if None not in ways:
        # Each record comes from one input. If some carry the header and some the timestamp, the header comes first.
        stamped = any(path.latency.way == _TIMESTAMP for path in paths)
        traced = next((path for path in paths if path.latency.way == _TRACE), None)
        chosen = next((path for path in paths if path.latency.way == _TIMESTAMP), paths[0])
        if traced is not None:
            return Timing(_TRACE, traced.latency.told, by_timestamp=stamped)
        return Timing(chosen.latency.way, chosen.latency.told, by_timestamp=stamped)
    untimed = next(path for path in paths if path.latency.way is None)
    timed = [path.input for path in paths if path.latency.way is not None]
    told = untimed.latency.told
    return Timing(None, f"{told}. Records of {_and(timed)} are timed on their own paths" if timed else told)


def _joint(output: Output, paths: Sequence[Path], inputs: Sequence[Input]) -> Timing:
    """Of combined records the last one counts; timed from another one's due time, the latency is too long."""
    by_header = {path.input for path in paths if path.latency.way == "header"}
    by_timestamp = {path.input for path in paths if path.latency.by_timestamp or path.latency.way == _TIMESTAMP}
    by_trace = {path.input for path in paths if path.latency.way == _TRACE}
    remedy = _remedy(output, paths, inputs)
    names = [path.input for path in paths]
    if not by_header | by_timestamp | by_trace:
        why = f"it combines records of {_and(names)}, but carries no due time: {paths[0].latency.reason}"
        return Timing(None, f"{why}. {remedy}", joint=True)
    # A header identifies one record: if it can come from either input, the other one's is not carried.
    exact = by_trace | (by_header if len(by_header) == 1 else set())
    known = by_timestamp | exact
    stamped = bool(by_timestamp - exact)
    if known.issuperset(names):
        reason = f"it combines records of {_and(names)}, and latency counts from the latest of their due times"
        return Timing(_TRACE if by_trace else _TIMESTAMP, reason, joint=True, by_timestamp=stamped or not by_trace)
    way: LatencyWay = "timestamp" if by_timestamp - by_header or not by_header else "header"
    way = _TRACE if by_trace else way
    carried = [name for name in names if name in by_header | by_timestamp | by_trace]
    missing = [name for name in names if name not in known]
    whose = f"one of {_and(names)}" if set(carried) == set(names) else _and(carried)
    reason = f"it combines records of {_and(names)}, but carries only the due time of {whose}"
    later = "the other record" if set(carried) == set(names) else f"the record of {_and(missing, 'or')}"
    bound = f"it counts from the due time of {whose}, but {later} may have been due later"
    by_time = stamped if by_trace else way == _TIMESTAMP
    return Timing(way, f"{reason}: an upper bound. {remedy}", joint=True, bound=bound, by_timestamp=by_time)


def _remedy(output: Output, paths: Sequence[Path], inputs: Sequence[Input]) -> str:
    """What to change so that the latest due time arrives."""
    tables = {each.name: each.tables[0] for each in inputs}
    sink = output.tables[0] if output.tables else None
    columns = {path.input: _due_column(tables.get(path.input)) for path in paths}
    declared = [name for name, column in columns.items() if column is None]
    if sink is not None and sink.is_kafka and _due_column(sink) is None:
        declared.append(sink.name.table)
    fill = f"set the timestamp of {output.name} in the query to {_latest(paths, columns)}"
    if not declared:
        return f"{fill[0].upper()}{fill[1:]}"
    return f"Add due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' to {_and(declared)}, and {fill}"


def _latest(paths: Sequence[Path], columns: Mapping[str, str | None]) -> str:
    due = [f"{name}.{column or 'due'}" for name, column in columns.items()]
    if all(path.shape == "aggregate" for path in paths):
        return f"MAX of {_and(due, 'or')}"
    if any(step.what in _OUTER for path in paths for step in path.steps):
        # GREATEST is null as soon as one of its arguments is.
        due = [f"COALESCE({', '.join((own, *(each for each in due if each != own)))})" for own in due]
    return f"GREATEST({', '.join(due)})"


def _due_column(table: FlinkTable | None) -> str | None:
    columns = table.columns if table is not None else ()
    return next((each.name for each in columns if each.metadata_key == _TIMESTAMP), None)


def _and(names: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(names)
