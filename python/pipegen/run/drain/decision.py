"""Decides when a pipeline is drained, and says what it still waits for. Pure: time is an argument.

What can be known depends on the pipeline's shape: a number of records to wait for, or else an input that is read to its
end and an output that has been quiet for a while. A job that has finished writes nothing more, whatever the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipegen.hotpath import Totals
from pipegen.units import format_count

_QUIET_S: Final = 3.0
_BUSY_S: Final = 10.0
_LAST_LOOK_S: Final = 1.0

DrainEnd = Literal["complete", "quiet", "finished", "others", "held"]
DrainWait = Literal["records", "source", "transaction", "reading", "quiet"]


def expected_to_come_out(totals: Totals, *, by_trace: bool = False) -> int:
    """Records that a one-to-one pipeline brings out: the acknowledged ones less those nobody can read.

    Args:
        totals: What was sent.
        by_trace: Whether records are known by their values: then one that is sent once more on purpose is the same.
    """
    once_more = totals.injected_delivered.get("duplicates", 0) if by_trace else 0
    return totals.delivered - totals.excluded_delivered - once_more


@dataclass(frozen=True, slots=True)
class DrainSight:
    """The pipeline at one moment of the drain.

    Attributes:
        arrived: Output records of this run consumed so far: distinct ones, or those with its header where it has one.
        consumed: All output records consumed so far.
        written: Records in the output topic, those of open transactions among them; None when not known.
        pending: Records of the input that Flink's source has not read; None when Flink does not say.
        lag: Output records that our consumer could read and has not; None when not known.
        open: Offsets of the output topic behind the start of an open transaction; None when not known.
        checkpoint_interval_s: Checkpoint interval of the job: transactions of an exactly-once sink end with one.
        finished: Whether the job has finished and Kafka has been asked since then.
        others: Sources that do not read the input and go on.
        by_header: Whether ``arrived`` counts by header, so that records of others are not among them.
        held: The rows that event time holds, in words; None where there are none.
        failing: Whether the job has failed and not come back for good: its figures say nothing, and it may fail again.
    """

    arrived: int
    consumed: int
    written: int | None
    pending: int | None
    lag: int | None
    open: int | None = None
    checkpoint_interval_s: float | None = None
    finished: bool = False
    others: tuple[str, ...] = ()
    by_header: bool = False
    held: str | None = None
    failing: bool = False


@dataclass(frozen=True, slots=True)
class DrainState:
    """How the drain stands.

    Attributes:
        end: How it ended; None while it goes on.
        waits_for: What it waits for; None once it has ended.
        sentence: The same in words.
    """

    end: DrainEnd | None
    waits_for: DrainWait | None
    sentence: str
    why: str | None = None
    """What holds the records, as far as known, for a sentence that already counts them."""


class Drain:
    """Follows the drain of one run.

    Args:
        expected: Records to wait for; None where nobody can know.
        ends: The job that ends by itself, such as one that reads a file; how much it has left to read is unknown.
    """

    def __init__(self, *, expected: int | None, ends: str | None = None) -> None:
        self._expected = expected
        self._ends = ends
        self._seen: tuple[int, int | None] | None = None
        self._quiet_since_s = 0.0
        self._complete_since_s: float | None = None
        self._input_read_since_s: float | None = None
        self._to_consume = 0

    def see(self, sight: DrainSight, *, now_s: float) -> DrainState:
        """Takes a look."""
        self._note(sight, now_s)
        if self._expected is not None and sight.arrived >= self._expected:
            # A moment more: what comes out twice would otherwise never be seen.
            if self._complete_since_s is None:
                self._complete_since_s = now_s
            if now_s - self._complete_since_s >= _LAST_LOOK_S:
                return self._ended("complete", sight)
            return _waits("records", "all expected records have come out; one more moment for duplicates")
        if sight.finished and sight.lag == 0 and not sight.open:
            return self._ended("finished", sight)
        waits = self._waits(sight)
        if self._expected is not None and waits is None and sight.held and now_s - self._quiet_since_s >= _QUIET_S:
            return self._ended("held", sight)
        if self._expected is not None:
            told = f"{format_count(sight.arrived)} of {format_count(self._expected)} expected records have come out"
            why = waits.sentence if waits is not None else sight.held
            return DrainState(None, "records", f"{told}; {why}" if why else told, why)
        return waits or self._quiet(sight, now_s)

    def _note(self, sight: DrainSight, now_s: float) -> None:
        """Notes since when nothing came, and since when the input is read to its end."""
        # What other sources write is no sign that records of this run still come.
        seen = (sight.arrived, None if sight.others else sight.written)
        if seen != self._seen:
            self._seen = seen
            self._quiet_since_s = now_s
        if sight.pending != 0 or sight.failing:
            self._input_read_since_s = None
        elif self._input_read_since_s is None:
            self._input_read_since_s = now_s
            self._to_consume = sight.consumed + (sight.lag or 0)

    def _waits(self, sight: DrainSight) -> DrainState | None:
        """What stands between the input and our consumer; None where nothing does that is known."""
        if sight.failing:
            return _waits("source", "the Flink job has failed and is not back for good")
        if sight.pending is None and self._ends is not None:
            return _waits("source", f"{self._ends} has not finished")
        if sight.pending is None:
            return _waits("source", "Flink has not said yet what its source has left to read")
        if sight.pending:
            return _waits("source", f"{_records(sight.pending)} pending in Flink's source")
        if sight.open and not sight.others:
            return _waits("transaction", f"{_records(sight.open)} in a transaction that {_until(sight)}")
        if sight.lag and not (sight.others and sight.consumed >= self._to_consume):
            return _waits("reading", f"{_records(sight.lag)} to be read from the output topic")
        return None

    def _quiet(self, sight: DrainSight, now_s: float) -> DrainState:
        needed_s = _QUIET_S
        if sight.others and sight.open:
            # Transactions of the others go on and on: only whole checkpoints show that no record of ours is in one.
            needed_s = max(_QUIET_S, 2 * (sight.checkpoint_interval_s or 0.0))
        if now_s - self._quiet_since_s >= needed_s:
            return self._ended("others" if sight.others else "quiet", sight)
        since_s = self._input_read_since_s
        if sight.others and not sight.by_header and since_s is not None and now_s - since_s >= max(_BUSY_S, needed_s):
            return self._ended("others", sight)
        what = "a record of this run" if sight.others and sight.by_header else "a record"
        return _waits("quiet", f"the input is read to its end; waiting for {needed_s:g} s without {what}")

    def _ended(self, end: DrainEnd, sight: DrainSight) -> DrainState:
        match end:
            case "complete":
                return DrainState(end, None, f"all {format_count(self._expected or 0)} expected records came out")
            case "finished":
                return DrainState(end, None, "the Flink job has finished, and its output is read to the end")
            case "others":
                names = ", ".join(sight.others)
                text = f"the input is read to its end; what other sources ({names}) write was not waited for"
            case "held":
                expected = format_count(self._expected or 0)
                text = f"{format_count(sight.arrived)} of {expected} expected records have come out"
            case "quiet":
                text = f"the input is read to its end, and nothing more came out for {_QUIET_S:g} s"
        return DrainState(end, None, f"{text}; {sight.held}" if sight.held else text)


def _waits(kind: DrainWait, sentence: str) -> DrainState:
    return DrainState(None, kind, sentence, sentence)


def _records(count: int) -> str:
    return "1 record is" if count == 1 else f"{format_count(count)} records are"


def _until(sight: DrainSight) -> str:
    if sight.checkpoint_interval_s is None:
        return "never ends, because checkpointing is off"
    return f"ends with a checkpoint (every {sight.checkpoint_interval_s:g} s)"
