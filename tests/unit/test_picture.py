"""Snapshots of runs and of watching: a null figure always has its reason, and the same cause is found in both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pipegen.diagnose import Observation
from pipegen.hotpath import Meters
from pipegen.observe import Reading
from pipegen.run.picture.assemble import assemble
from pipegen.run.picture.latency import LatencyReader
from pipegen.run.picture.outputs import output_states
from pipegen.run.read.header import WITHOUT_HEADER
from pipegen.run.standalone.view import watch_picture
from pipegen.snapshot import Snapshot
from tests.unit.cause_figures import START_S
from tests.unit.moments import NOW_NS, Chance, kafka, output_sight, run_facts, run_moment, watch_facts, watch_moment

SHARES = (0.0, 0.2, 0.5, 1.0)
SEEDS = range(25)
ALL_KNOWN = Chance(0, missing=0.0)


def of_run(chance: Chance) -> Snapshot:
    facts = run_facts(chance)
    return assemble(0, facts, run_moment(chance, facts)).snapshot


def of_watch(chance: Chance) -> Snapshot:
    facts = watch_facts(chance)
    return watch_picture(0, facts, watch_moment(chance, facts)).snapshot


@pytest.mark.parametrize("missing", SHARES)
@pytest.mark.parametrize("snapshot_of", [of_run, of_watch])
def test_every_null_figure_has_its_reason_and_no_reason_is_of_a_figure_that_is_known(
    snapshot_of: Callable[[Chance], Snapshot], missing: float
) -> None:
    for seed in SEEDS:
        snapshot = snapshot_of(Chance(seed, missing))
        assert snapshot.unexplained() == [], seed
        assert known_figures_with_a_reason(snapshot) == [], seed


def known_figures_with_a_reason(snapshot: Snapshot) -> list[str]:
    document = snapshot.model_dump()
    found = []
    for path in snapshot.reasons:
        value = value_at(document, path)
        if value is not None and not isinstance(value, dict):
            found.append(path)
    return found


def value_at(document: Any, path: str) -> Any:
    """What stands at a dotted path; an input and an output are found by their names, which may have dots."""
    while path:
        if isinstance(document, list):
            document = next(each for each in document if path.startswith(f"{each['name']}."))
            path = path.removeprefix(f"{document['name']}.")
        name, _, path = path.partition(".")
        document = document[name]
    return document


def test_figures_of_a_service_that_was_not_asked_have_that_reason_alone() -> None:
    facts = run_facts(ALL_KNOWN)
    moment = replace(run_moment(ALL_KNOWN, facts), kafka=Reading(), flink=Reading(failure="Flink refuses", attempts=1))
    reasons = assemble(0, facts, moment).snapshot.reasons
    assert {path: why for path, why in reasons.items() if path.split(".")[0] in {"kafka", "output"}} == {
        "kafka": "not asked yet",
        "output": "not asked yet",
    }
    of_flink = {path: why for path, why in reasons.items() if path.startswith("flink")}
    assert of_flink.pop("flink") == "Flink refuses"
    assert set(of_flink) == {f"flink.group_{name}" for name in ("lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s")}


def test_parts_of_a_service_without_an_address_name_the_option_that_gives_it() -> None:
    facts = watch_facts(Chance(0, missing=1.0))
    snapshot = watch_picture(0, facts, watch_moment(ALL_KNOWN, facts)).snapshot
    for name in ("producer", "kafka", "output", "consumer"):
        assert snapshot.reasons[name] == "not watched: name it with --bootstrap-servers"
        assert getattr(snapshot, name).status_reason == snapshot.reasons[name]
    assert snapshot.reasons["flink"] == "not watched: name it with --flink-url"
    assert snapshot.reasons["registry"] == "not watched: name it with --schema-registry-url"


def test_observations_of_earlier_snapshots_find_the_cause_and_its_onset_in_runs_and_in_watching() -> None:
    gone = Reading(value=kafka(ALL_KNOWN), measured_ns=0, failure="it is gone", attempts=2)
    facts, watched = run_facts(ALL_KNOWN), watch_facts(ALL_KNOWN)
    running, watching = run_moment(ALL_KNOWN, facts), watch_moment(ALL_KNOWN, watched)
    running = replace(running, kafka=gone, status=replace(running.status, phase="running"))
    past: Sequence[Observation] = ()
    watched_past: Sequence[Observation] = ()
    for second in range(20):
        at_s = START_S + second
        run = assemble(second, facts, replace(running, now_ns=round(at_s * 1e9), past=past))
        watch = watch_picture(second, watched, replace(watching, kafka=gone, at_s=at_s, past=watched_past))
        past, watched_past = [*past, run.observation], [*watched_past, watch.observation]
    for snapshot in (run.snapshot, watch.snapshot):
        assert (snapshot.cause.kind, snapshot.cause.since) == ("kafka_down", "2026-11-24T01:50:00.000Z")


def test_records_without_the_header_make_loss_and_latency_unknown_and_say_so() -> None:
    facts = replace(run_facts(ALL_KNOWN), shape="one_to_one")
    meters = Meters()
    meters.consumed([None], value_bytes=[1], partitions=[0], consumed_ns=NOW_NS)
    moment = run_moment(ALL_KNOWN, facts)
    sight = output_sight(ALL_KNOWN, facts, meters, "out")
    sight = replace(sight, facts=replace(sight.facts, latency_source="header"), totals=meters.totals())
    latency = LatencyReader(meters).read(facts.latency_gaps(moment.status, [sight]))
    moment = replace(
        moment,
        totals=meters.totals(),
        latency=latency,
        outputs=output_states([sight], before={}, seconds=None),
        sights=[sight],
    )
    snapshot = assemble(0, facts, moment).snapshot
    assert (snapshot.pipeline.lost, snapshot.latency.end_to_end, snapshot.latency.append) == (None, None, None)
    for path in ("pipeline.lost", "pipeline.lag", "latency.end_to_end", "latency.append", "outputs.out.lost"):
        assert WITHOUT_HEADER in snapshot.reasons[path]
