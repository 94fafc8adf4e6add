"""The search for the capacity on one event loop: services found once, trials on them, and signals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pipegen.errors import EXIT_OK
from pipegen.gates import CapacitySearch
from pipegen.outputs import CapacityTrial
from pipegen.run.connect import ADDRESS_KEYS, find_for_run
from pipegen.run.spec import RunSpec
from pipegen.run.undo import Steps
from pipegen.session.holding import holding_journal
from pipegen.session.telling import SearchDisplay
from pipegen.session.trials import Limits, Trials, WarmUp
from pipegen.stack import Endpoints

_END_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search that is ready to start.

    Attributes:
        spec: What a plain run of the project would be.
        search: Says which rate comes next.
        limits: What a rate may cost.
        warm_up: The part of each trial that does not count.
        step_ns: The part that counts.
    """

    spec: RunSpec
    search: CapacitySearch
    limits: Limits
    warm_up: WarmUp
    step_ns: int


async def search_session(request: SearchRequest, display: SearchDisplay, done: list[CapacityTrial]) -> int:
    """Tries rates until the search is over or was interrupted; returns the exit code of that alone.

    Args:
        request: What to search.
        display: Told of each trial.
        done: Takes each trial.
    """
    spec = request.spec
    settings = spec.settings
    journal = holding_journal(spec.project.dir, settings, display.progress)
    journal.open()
    left: list[str] = []
    try:
        async with Steps(_END_S, left) as undo:
            found = await find_for_run(settings, spec.sources, undo, journal=journal, progress=display.progress)
            return await _search(request, found.endpoints, display, done)
    finally:
        for sentence in left:
            display.progress.note(f"warning: {sentence}")
        journal.close(keep=False)


async def _search(
    request: SearchRequest, endpoints: Endpoints, display: SearchDisplay, done: list[CapacityTrial]
) -> int:
    spec, search = request.spec, request.search
    # From here on the services have names: no trial starts or stops any.
    named = {key: getattr(endpoints, key) for key in ADDRESS_KEYS}
    spec = replace(
        spec,
        settings=spec.settings.model_copy(update={**named, "stack": "none"}),
        sources={**spec.sources, **dict.fromkeys(ADDRESS_KEYS, "the services of this search")},
    )
    trials = Trials(spec, request.limits, request.warm_up, request.step_ns, display.progress)
    with trials.signals():
        first = search.next_rate() or 1.0
        display.warming_up(first)
        await trials.warm(first)
        while (rate := search.next_rate()) is not None and trials.interrupted is None:
            trial = await trials.run(rate)
            if trial is None:
                break
            done.append(trial)
            search.tell(rate, trial.outcome)
            display.tried(trial)
    return trials.interrupted or EXIT_OK
