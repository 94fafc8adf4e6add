"""Which run it is and how far it is."""

from __future__ import annotations

from pipegen.run.picture.moment import Moment, RunFacts
from pipegen.snapshot import Explained, RunState
from pipegen.units import NS_PER_S


def run_state(facts: RunFacts, moment: Moment) -> Explained[RunState]:
    """The section."""
    status = moment.status
    section = RunState(
        id=facts.names.run_id,
        pipeline=facts.pipeline,
        phase=status.phase,
        step=status.step,
        shape=facts.shape,
        started_at=status.started_at,
        elapsed_s=_elapsed_s(moment),
        duration_s=facts.plan.duration_ns / NS_PER_S,
        worker=0,
        workers=facts.workers,
        update_interval_ms=facts.update_interval_ms,
        exit_code=status.exit_code,
        drain=status.drain,
    )
    return Explained.known(
        section,
        {
            "elapsed_s": "the load has not started yet",
            "exit_code": "the run goes on",
            "drain": "the load has not been sent" if status.exit_code is not None else "known once the load is sent",
        },
    )


def _elapsed_s(moment: Moment) -> float | None:
    start_ns, end_ns = moment.status.load_start_ns, moment.status.load_end_ns
    if start_ns is None:
        return None
    elapsed_ns = (moment.now_ns if end_ns is None else end_ns) - start_ns
    return max(0.0, round(elapsed_ns / NS_PER_S, 3))
