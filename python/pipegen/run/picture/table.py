"""The table that an output stands for, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipegen.hotpath import TableCounts
from pipegen.project.table_facts import TableFacts
from pipegen.snapshot.tables import TableState
from pipegen.units import format_count, format_percent

ONLY_ADDED: Final = "its records only insert rows"
_KEYS_MAX: Final = 5_000_000
_WORTHWHILE: Final = 0.1
"""Share of updates that a setting must combine to be worth naming."""
_MANY: Final = 100


def table_state(
    facts: TableFacts | None, counts: TableCounts | None, *, untimed: str | None
) -> tuple[TableState | None, Mapping[str, str]]:
    """The table, and why figures of it are null, by their paths within the output.

    Args:
        facts: What is known of it beforehand.
        counts: What happened to it; None where its records are not read as rows.
        untimed: Why no due time of its rows is known; None where it is.
    """
    if facts is None:
        return None, {"table": ONLY_ADDED}
    if counts is None:
        return None, {"table": f"rows in the format {facts.changelog} are not read"}
    why = _unknown(facts, counts)
    known, keyed = why is None, why is None and (bool(facts.key) or facts.changelog is None)
    no_key = why or "its rows have no primary key: Flink retracts a row that changes and writes another"
    unordered = why or (untimed if keyed else no_key) or facts.steps_back
    if unordered is None and not counts.timed:
        unordered = "no row came out with a header or a timestamp that says when it was due"
    updates = counts.updates if keyed else None
    state = TableState(
        key=list(facts.key),
        rows=counts.rows if known else None,
        keys=counts.keys if known else None,
        inserts_total=counts.inserts if known else None,
        updates_total=updates,
        deletes_total=counts.deletes if known else None,
        tombstones_total=counts.tombstones,
        returned_total=counts.returned if keyed else None,
        missing=counts.missing if known else None,
        out_of_order=None if unordered else counts.out_of_order,
        updates_per_key=round(updates / counts.keys, 3) if updates is not None and counts.keys else None,
        same_second_total=counts.same_second if keyed else None,
        same_second_ratio=round(counts.same_second / updates, 4) if updates else None,
        advice=_advice(facts, counts) if keyed else None,
    )
    reasons = {
        "out_of_order": unordered or "",
        "updates_per_key": no_key if not keyed else "no row came out yet",
        "same_second_ratio": no_key if not keyed else "no row was updated yet",
        **dict.fromkeys(("updates_total", "returned_total", "same_second_total"), no_key),
        **dict.fromkeys(("rows", "keys", "inserts_total", "deletes_total", "missing"), why or ""),
    }
    return state, {f"table.{name}": reason for name, reason in reasons.items()}


def _unknown(facts: TableFacts, counts: TableCounts) -> str | None:
    """Why the rows are not known."""
    if counts.overflow:
        return f"more than {format_count(_KEYS_MAX)} keys came out, and no more are remembered"
    if counts.unkeyed:
        lacking = "a key" if facts.changelog is None or not facts.key else f"the key ({', '.join(facts.key)})"
        return f"{format_count(counts.unkeyed)} records came out without {lacking}, or cannot be read"
    return None


def _advice(facts: TableFacts, counts: TableCounts) -> str | None:
    """Which setting writes fewer updates, where that is worth it."""
    if counts.updates < _MANY or counts.same_second < counts.updates * _WORTHWHILE:
        return None
    share = format_percent(counts.same_second / counts.updates)
    told = f"{share} of the updates came within the same second as the write before them to the same key"
    if facts.combinable and not facts.mini_batch:
        return (
            f"{told}: at most so many are combined by SET 'table.exec.mini-batch.enabled' = 'true' with"
            " 'table.exec.mini-batch.allow-latency' = '1 s' and 'table.exec.mini-batch.size' = '5000',"
            " for up to 1 s more latency"
        )
    if facts.changelog is None:
        return (
            f"{told}: at most so many are combined by the sink's 'sink.buffer-flush.interval' = '1s' and"
            " 'sink.buffer-flush.max-rows' = '5000', for up to 1 s more latency"
        )
    return None
