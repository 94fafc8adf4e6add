"""Where the rows of a job stopped when none came out of it, from Flink's own figures alone.

Rows wait for a watermark only where that is certain: an operator that gives every row on in time has given none. Of any
other operator it is said that it took rows in and gave none on. Pure: time is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pipegen.observe.operators import Chain, Operator
from pipegen.units import format_count

_AGGREGATIONS: Final = {"LocalWindowAggregate", "GlobalWindowAggregate", "WindowAggregate", "GroupWindowAggregate"}
_GIVES_EVERY_ROW_ON: Final = _AGGREGATIONS | {"WindowRank", "WindowDeduplicate", "OverAggregate", "TemporalSort"}
"""In event time these bring out something of every row once the watermark has passed."""
_WAITS_AT_FIRST: Final = _GIVES_EVERY_ROW_ON | {"WindowJoin", "TemporalJoin", "Match"}
"""In event time these bring out nothing at all before there is a watermark."""

_TIME_COLUMN: Final = re.compile(r"time_col=\[(\w+)\]|orderBy=\[(\w+)|GroupWindow\('?\w+\$, (\w+),")
_CONDITION: Final = re.compile(r"where=\[(.*?)\](?:, \w+=\[|\)$)", re.DOTALL)
_LONGEST_CONDITION: Final = 120
_STEP: Final = (
    re.compile(r"TUMBLE\(.*?\bsize=\[(\d+) (\w+)\]"),
    re.compile(r"HOP\(.*?\bslide=\[(\d+) (\w+)\]"),
    re.compile(r"CUMULATE\(.*?\bstep=\[(\d+) (\w+)\]"),
    re.compile(r"TumblingGroupWindow\([^)]*, (\d+)(\))"),
    re.compile(r"SlidingGroupWindow\([^)]*, (\d+)(\))"),
)
"""Between two ends of windows."""
_GAP: Final = re.compile(r"SESSION\(.*?\bgap=\[(\d+) (\w+)\]|SessionGroupWindow\([^)]*, (\d+)(\))")
_ZONED: Final = re.compile(r"(?:TIMESTAMP_WITH_LOCAL_TIME_ZONE|TIMESTAMP_LTZ)\([^()]*\)[^,]*? AS (\w+)")
_QUARTER_MS: Final = 900_000
_UNIT_MS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, ")": 1}


def dead_end(
    chains: Sequence[Chain], *, sink: str | None, topic: str, now_s: float, zoned: Collection[str] = ()
) -> str | None:
    """Where the rows stopped, as a sentence without its full stop; None where Flink does not tell.

    Args:
        chains: The operators of the jobs.
        sink: Name of the table that writes the output; None when not known.
        topic: The output topic.
        now_s: Epoch seconds now.
        zoned: Columns that hold instants: windows over them end at times of the session's time zone.
    """
    found = _writer(chains, sink)
    if found is None:
        return None
    chain, writer = found
    if writer.records_in:
        written = writer.records_out or 0
        if not written:
            return f"{_table(writer)} has {_rows(writer.records_in)} to write and has not written one"
        return f"{_table(writer)} has written {_rows(written)}, and none of them can be read in topic {topic}"
    return _Search(chains, zoned, now_s).before(chain, chain.way_to(writer))


def rows_to_write(chains: Sequence[Chain], *, sink: str | None) -> int:
    """Rows that a table's writer has received while it has written none; 0 if it has written some, or if unknown."""
    found = _writer(chains, sink)
    return 0 if found is None or found[1].records_out else found[1].records_in or 0


class _Search:
    """Follows the rows from the sink back to the operator that gives none on."""

    def __init__(self, chains: Sequence[Chain], zoned: Collection[str], now_s: float) -> None:
        self._chains = {chain.id: chain for chain in chains}
        self._now_s = now_s
        options = " ".join(operator.options for chain in chains for operator in chain.operators)
        self._by_the_clock = set(re.findall(r"PROCTIME\(\) AS (\w+)", options))
        self._zoned = {*zoned, *_ZONED.findall(options)}

    def before(self, chain: Chain, way: Sequence[Operator]) -> str | None:
        """Where the rows stopped that should have come along a way through a vertex."""
        for operator in way:
            if operator.records_in and operator.records_out == 0:
                return self._about(chain, operator)
        first = way[0]
        if first.kind == "Source":
            return f"{_table(first)} has read no record" if first.records_out == 0 else None
        if first.records_in != 0:
            return None
        reasons = [self._before_end(self._chains[each]) for each in dict.fromkeys(chain.inputs) if each in self._chains]
        return "; ".join(each for each in reasons if each is not None) or None

    def _before_end(self, chain: Chain) -> str | None:
        """The same for a vertex whose rows may go several ways: where only one of them is without rows, it is that."""
        ends = [operator for operator in chain.last() if operator.records_out == 0]
        return self.before(chain, chain.way_to(ends[0])) if len(ends) == 1 else None

    def _about(self, chain: Chain, operator: Operator) -> str:
        rows = self._rows_of(chain, operator)
        if operator.late and operator.late >= rows:
            return f"{operator.name} dropped all {_rows(rows)} because they came too late"
        column = self._time_column(chain, operator)
        if column in self._by_the_clock:
            if operator.kind in _AGGREGATIONS:
                return f"{_wait(rows)} in {operator.name} for the end of its window by the clock"
        elif operator.watermark_in_ms is None and self._waits_at_first(operator):
            return f"{_wait(rows)} in {operator.name}, which has no watermark yet{self._without_watermark(chain)}"
        elif operator.watermark_in_ms is not None and self._gives_every_row_on(operator):
            return f"{_wait(rows)} in {operator.name} {self._awaited(operator, operator.watermark_in_ms, column)}"
        return self._kept(chain, operator, rows)

    def _rows_of(self, chain: Chain, operator: Operator) -> int:
        """Rows that went in; before they were aggregated a first time, where that happens in two steps."""
        before = [self._chains[each] for each in dict.fromkeys(chain.inputs) if each in self._chains]
        if operator.kind == "GlobalWindowAggregate":
            local = [each.records_in or 0 for one in before for each in one.operators if _is_local(each)]
            return sum(local) or operator.records_in or 0
        if operator.kind == "TemporalJoin" and before:
            return before[0].records_out or 0
        return operator.records_in or 0

    def _time_column(self, chain: Chain, operator: Operator) -> str | None:
        found = _TIME_COLUMN.search(operator.options)
        if found is None and operator.kind == "GlobalWindowAggregate":
            before = [self._chains[each] for each in chain.inputs if each in self._chains]
            local = (each for one in before for each in one.operators if _is_local(each))
            found = next((time for each in local if (time := _TIME_COLUMN.search(each.options)) is not None), None)
        return None if found is None else next(name for name in found.groups() if name is not None)

    @staticmethod
    def _waits_at_first(operator: Operator) -> bool:
        outer = operator.kind == "IntervalJoin" and "joinType=[InnerJoin]" not in operator.options
        return outer or operator.kind in _WAITS_AT_FIRST

    @staticmethod
    def _gives_every_row_on(operator: Operator) -> bool:
        outer = operator.kind == "TemporalJoin" and "joinType=[LeftOuterJoin]" in operator.options
        return outer or operator.kind in _GIVES_EVERY_ROW_ON

    def _awaited(self, operator: Operator, watermark_ms: int, column: str | None) -> str:
        stands = f"it stands at {self._clock(watermark_ms)}"
        gap = _GAP.search(operator.options)
        if gap is not None:
            length = " ".join(gap.group(1, 2)) if gap.group(1) else f"{int(gap.group(3)) // 1000} s"
            return f"for a watermark {length} past the last row of a session; {stands}"
        step_ms = _step_ms(operator.options)
        # Flink does not tell the session's time zone; whichever it is, it is whole quarters of an hour from UTC.
        local = column in self._zoned and step_ms is not None and _QUARTER_MS % step_ms != 0
        if step_ms is None or local or "offset=" in operator.options:
            what = "the end of a window" if operator.kind in _AGGREGATIONS else "their event time"
            return f"for a watermark past {what}; {stands}"
        return f"for a watermark past {self._clock(watermark_ms // step_ms * step_ms + step_ms)}; {stands}"

    def _without_watermark(self, chain: Chain) -> str:
        reasons = []
        for source in self._sources(chain):
            last = next(iter(source.last()), source.operators[0])
            first = source.operators[0]
            if last.watermark_out_ms is not None or first.watermark_out_ms is not None:
                continue
            if first.records_out == 0:
                reasons.append(f"{_table(first)} has read no record")
            elif first.splits_without_watermark:
                reasons.append(f"no record has come in {_partitions(first.splits_without_watermark)}")
        return f", because {' and '.join(reasons)}" if reasons else ""

    def _sources(self, chain: Chain) -> Iterator[Chain]:
        """The vertices without inputs that a vertex reads from; itself where it is one."""
        known = [self._chains[each] for each in dict.fromkeys(chain.inputs) if each in self._chains]
        if not known:
            yield chain
        for each in known:
            yield from self._sources(each)

    def _kept(self, chain: Chain, operator: Operator, rows: int) -> str:
        sentence = f"{operator.name} took in {_rows(rows)} and let none through"
        condition = _CONDITION.search(operator.options)
        if condition is not None and not operator.kind.endswith("Join"):
            text = condition.group(1)
            return f"{sentence}: {text if len(text) <= _LONGEST_CONDITION else text[:_LONGEST_CONDITION] + '…'}"
        sides = [self._chains[each] for each in chain.inputs if each in self._chains]
        if operator.kind.endswith("Join") and len(sides) == 2 and chain.operators[0] is operator:
            told = [f"{_rows(side.records_out or 0)} from {self._tables(side)}" for side in sides]
            sentence += f": {' and '.join(told)}"
        return sentence

    def _tables(self, chain: Chain) -> str:
        return ", ".join(dict.fromkeys(_table(source.operators[0]) for source in self._sources(chain)))

    def _clock(self, at_ms: int) -> str:
        at, now = datetime.fromtimestamp(at_ms / 1000, UTC), datetime.fromtimestamp(self._now_s, UTC)
        return at.strftime("%H:%M:%S" if at.date() == now.date() else "%Y-%m-%d %H:%M:%S")


def _writer(chains: Sequence[Chain], sink: str | None) -> tuple[Chain, Operator] | None:
    writers = [(chain, each) for chain in chains for each in chain.operators if each.kind in {"Writer", "Sink"}]
    named = [(chain, each) for chain, each in writers if sink is not None and _table(each) == sink] or writers
    return named[0] if len(named) == 1 else None


def _table(operator: Operator) -> str:
    """The table of a source or a sink: Flink writes ``orders[1]``, or its connector and all of the table's path."""
    name = operator.name.removeprefix("Source: ").removeprefix("Sink: ").removesuffix(": Writer")
    return re.sub(r"\[\d+\]$", "", name).rpartition(".")[2]


def _partitions(splits: Sequence[str]) -> str:
    """``orders-0`` and ``orders-3`` as people say it."""
    topics: dict[str, list[str]] = {}
    for split in splits:
        topic, _, number = split.rpartition("-")
        topics.setdefault(topic, []).append(number)
    return " and ".join(
        f"partition{'s' if len(numbers) > 1 else ''} {', '.join(numbers)} of {topic}"
        for topic, numbers in topics.items()
    )


def _is_local(operator: Operator) -> bool:
    return operator.kind == "LocalWindowAggregate"


def _step_ms(options: str) -> int | None:
    found = next((found for step in _STEP if (found := step.search(options)) is not None), None)
    return int(found.group(1)) * _UNIT_MS[found.group(2)] if found and found.group(2) in _UNIT_MS else None


def _rows(count: int) -> str:
    return f"{format_count(count)} {'row' if count == 1 else 'rows'}"


def _wait(count: int) -> str:
    return f"{_rows(count)} {'waits' if count == 1 else 'wait'}"
