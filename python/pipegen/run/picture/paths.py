"""Each path from an input to an output, told apart by the input in the headers of the records that come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.hotpath import HistogramSnapshot
from pipegen.project import PathFacts
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.snapshot import OutputPath, OutputState
from pipegen.snapshot.percentiles import percentiles

NOT_DRAINED: Final = "known once the output is drained"
_NO_LAST: Final = (
    "which record was due last is known only if the output carries a header and the due time of the others"
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came out of one input, and why other figures are unknown."""

    total: int | None
    lost: int | None
    duplicated: int | None
    traced_by: str | None
    end_to_end: HistogramSnapshot | None
    whys: tuple[str | None, ...]


def path_key(output: str, source: str) -> str:
    """The key under which a path's count is kept from one snapshot to the next."""
    return f"{output}\0{source}"


def path_states(
    sight: OutputSight, output: OutputState, before: Mapping[str, int], seconds: float | None
) -> list[OutputPath]:
    """The paths to an output as the contract shows them.

    Args:
        sight: The output.
        output: Its own figures.
        before: Records that came on each path at the previous snapshot.
        seconds: Time since then; None at the first snapshot.
    """
    return [_state(each, sight, output, before, seconds) for each in sight.facts.paths]


def _state(
    path: PathFacts, sight: OutputSight, output: OutputState, before: Mapping[str, int], seconds: float | None
) -> OutputPath:
    if path.loaded_before:
        why = f"records of {path.input} are preloaded and not counted"
        seen, last = _nothing(why), None
    elif sight.facts.counted == (path,):
        seen = _alone(path, sight, output)
        last = seen.total
    else:
        seen = _among_others(path, sight)
        last = _last(path, sight) if path.meets else seen.total
    whys = list(seen.whys)
    if path.meets and last is None and not path.loaded_before:
        whys.append(_NO_LAST)
    rate = None
    if seconds and seen.total is not None:
        rate = round((seen.total - before.get(path_key(output.name, path.input), 0)) / seconds, 3)
    elif seen.total is not None:
        whys.append(NO_INTERVAL)
    return OutputPath(
        input=path.input,
        shape=path.shape,
        traced_by=seen.traced_by,
        total=seen.total,
        rate=rate,
        lost=seen.lost,
        duplicated=seen.duplicated,
        end_to_end=None if seen.end_to_end is None else percentiles(seen.end_to_end),
        last_total=last,
        reason="; ".join(dict.fromkeys(each for each in whys if each)) or None,
    )


def _nothing(*whys: str | None) -> _Seen:
    return _Seen(None, None, None, None, None, whys)


def _alone(path: PathFacts, sight: OutputSight, output: OutputState) -> _Seen:
    """The only path to an output: its figures are the output's."""
    counts = output.counts_reason
    known = path.shape in {"one_to_one", output.shape}
    if not known:
        counts = _not_one_for_one(path)
    timed = output.traced_by is not None
    return _Seen(
        total=output.total,
        lost=output.lost if known else None,
        duplicated=output.duplicated if known else None,
        traced_by=output.traced_by,
        end_to_end=sight.end_to_end if timed else None,
        whys=(counts, None if timed else output.traced_reason),
    )


def _among_others(path: PathFacts, sight: OutputSight) -> _Seen:
    """One of several paths: its records are those with a header of its input."""
    if path.latency_source is None:
        return _nothing(path.latency_reason)
    if sight.unknown:
        return _nothing(sight.traced_reason)
    came = sight.by_input.get(path.input)
    if path.latency_source == "timestamp" or came is None:
        return _nothing(
            f"records come out without the header of {path.input}: their due times do not show which ones are its own"
        )
    arrivals, lost, why = came.arrivals, None, None
    if path.shape != "one_to_one":
        why = _not_one_for_one(path)
    elif not sight.drained:
        why = sight.held or NOT_DRAINED
    else:
        lost = max(0, came.expected - arrivals.distinct)
    once = path.shape in {"one_to_one", "filter"}
    return _Seen(
        total=arrivals.consumed,
        lost=lost,
        duplicated=arrivals.duplicated if once else None,
        traced_by=path.traced_by,
        end_to_end=arrivals.end_to_end,
        whys=(why,),
    )


def _not_one_for_one(path: PathFacts) -> str:
    return f"a path of shape {path.shape} does not produce one record per input record"


def _last(path: PathFacts, sight: OutputSight) -> int | None:
    """Records for which this input's record was due last; of two inputs, also those where the other one's was not."""
    if sight.facts.bound is not None:
        return None
    counted = sight.facts.counted
    own = sight.by_input.get(path.input)
    if path.trace is not None:
        return own.arrivals.last if own is not None and own.arrivals.joined else None
    others = [sight.by_input[each.input].arrivals for each in counted if each != path and each.input in sight.by_input]
    last = own.arrivals.last if own is not None else 0
    if len(counted) == 2:
        joined = sum(each.joined for each in others) + (own.arrivals.joined if own is not None else 0)
        return last + sum(each.joined - each.last for each in others) if joined else None
    return last if own is not None and own.arrivals.joined else None
