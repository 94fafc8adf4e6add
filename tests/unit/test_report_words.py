"""The cover of a report: each sentence follows from a figure, and what is not known is said."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.report.data import Ending, EndingKind, ReportData, ending_of
from pipegen.outputs.report.phases import PhaseFacts, phase_facts
from pipegen.outputs.report.series import FIELDS, Series
from pipegen.outputs.report.words import Summary, summarise
from pipegen.replay import RecordedInterval
from tests.dashboard.invented import snapshot
from tests.dashboard.recorded import hdr_of, manifest
from tests.dashboard.states import STATES


def cover(contents: dict[str, Any] | None, **data: Any) -> Summary:
    """The cover of a run whose last snapshot has these contents."""
    last = snapshot(contents) if contents is not None else None
    return summarise(ReportData(last, None, **({"ending": ending_of(last, None)} | data)))


def finished(**parts: dict[str, Any]) -> dict[str, Any]:
    """A run that ended well, with some figures of its parts changed."""
    contents = STATES["finished"]()
    contents["producer"] |= {"sent_total": 10_200_000, "total": 10_200_000, "late_total": 0}
    contents["consumer"] |= {"total": 10_200_000}
    for part, changes in parts.items():
        contents[part] |= changes
    return contents


def steady(*ranges: tuple[float, float]) -> dict[str, Any]:
    """Traffic in phases of those smallest and largest rates."""
    plan = STATES["finished"]()["traffic"]["phases"][0]
    return {"phases": [plan | {"min_rate_per_s": low, "max_rate_per_s": high} for low, high in ranges]}


@pytest.mark.parametrize(
    ("state", "word", "health", "validity", "validity_health"),
    [
        ("finished", "Pass", "ok", "Valid", "ok"),
        ("missed", "Fail", "error", "Valid", "ok"),
        ("invalid", "Invalid", "warning", "Invalid", "warning"),
        ("failed", "Failed", "error", "Valid", "ok"),
        ("interrupted", "Interrupted", "warning", "Valid", "ok"),
        ("running", "Cut off", "warning", "Valid", "ok"),
    ],
)
def test_the_cover_begins_with_the_verdict_or_with_how_the_run_ended(
    state: str, word: str, health: str, validity: str, validity_health: str
) -> None:
    told = cover(STATES[state]())
    assert (told.word, told.health) == (word, health)
    assert told.validity.startswith(f"{validity}: ")
    assert told.validity_health == validity_health


@pytest.mark.parametrize("kind", ["incomplete", "running", "finished"])
def test_a_verdict_that_may_still_change_is_not_on_the_cover(kind: EndingKind) -> None:
    verdict = STATES["missed"]()["verdict"] | {"final": False}
    assert cover(finished(verdict=verdict), ending=Ending(kind)).word == kind.capitalize()


def test_a_run_that_was_not_judged_says_so() -> None:
    told = cover(finished(verdict={"valid": None, "outcome": None}))
    assert (told.word, told.validity_health) == ("Finished", "unknown")
    assert told.validity == "Whether the figures can be trusted was not judged."


def test_reasons_are_those_of_the_verdict_and_need_thresholds_or_a_verdict() -> None:
    assert cover(STATES["missed"]()).reasons == ("end_to_end.p99<250ms: 1.19 s",)
    verdict = {"reasons": ["no thresholds"], "results": []}
    assert cover(finished(verdict=verdict | {"outcome": None})).reasons == ()
    assert cover(finished(verdict=verdict | {"outcome": "pass"})).reasons == ("no thresholds",)


def test_the_sentence_is_the_failure_or_the_headline() -> None:
    headline = STATES["finished"]()["headline"]["text"]
    assert cover(finished()).sentence == headline
    assert cover(finished(), ending=Ending("failed", "Kafka is away")).sentence == "Kafka is away"
    assert cover(finished(), ending=Ending("cut_off")).sentence == f"The recording ends in the middle: {headline}"


def test_without_a_figure_the_cover_says_that_there_is_none() -> None:
    told = cover(None)
    assert (told.word, told.health, told.validity_health) == ("Nothing recorded", "unknown", "unknown")
    assert told.sentence == "The run ended before the first figures were taken."
    assert told.paragraph == "PipeGen was started with what stands below, and ended before it had taken a figure."
    assert told.validity == "There are no figures to trust or to doubt."


def test_services_that_were_only_watched_and_runs_without_a_load_are_told_as_such() -> None:
    watched = STATES["running"]()
    watched["producer"] |= {"total": None}
    assert "PipeGen sent 9" in cover(watched).paragraph
    watched["consumer"] |= {"total": None}
    assert cover(watched).paragraph == "Of orders only the services were watched; PipeGen sent and read nothing."
    assert cover(STATES["starting"]()).paragraph == "The run did not get as far as its load: no record was sent."


def test_the_paragraph_tells_the_run_in_the_order_in_which_a_record_goes() -> None:
    assert cover(finished(traffic=steady((10_000, 10_000)))).paragraph.startswith(
        "PipeGen sent 10\u2009200\u2009000 records in 10 min, planned at 10\u2009000 msg/s;"
        " Kafka acknowledged every one."
        " 10\u2009200\u2009000 came out of the pipeline; none was lost and none was duplicated."
        " Half of the records came out within "
    )


def test_a_plan_of_several_rates_is_told_by_the_smallest_and_the_largest() -> None:
    told = cover(finished(traffic=steady((200, 300), (100, 900)))).paragraph
    assert "planned at 100 msg/s to 900 msg/s;" in told
    none = cover(finished(traffic={"phases": [], "base_rate_per_s": 500.0})).paragraph
    assert "planned at 500 msg/s;" in none


def test_a_load_that_was_cut_short_is_told_by_the_time_it_took() -> None:
    assert "records in 1 min 30 s," in cover(finished(run={"elapsed_s": 90.0})).paragraph
    assert "records in 10 min," in cover(finished(run={"elapsed_s": 700.0})).paragraph


def test_what_kafka_did_not_acknowledge_is_told() -> None:
    assert "; Kafka refused 12." in cover(finished(producer={"errors": 12})).paragraph
    assert "; Kafka acknowledged 9\u2009000." in cover(finished(producer={"total": 9_000})).paragraph


def test_what_was_lost_and_what_came_twice_is_counted() -> None:
    told = cover(finished(pipeline={"lost": 3, "duplicated": 2})).paragraph
    assert "came out of the pipeline; 3 were lost and 2 were duplicated." in told
    assert "; none was lost. " in cover(finished(pipeline={"lost": 0, "duplicated": None})).paragraph
    contents = finished(pipeline={"lost": None})
    contents["reasons"] = {"pipeline.lost": "The run was not drained."}
    assert "how many were lost is not known (The run was not drained)." in cover(contents).paragraph


def test_where_nothing_was_read_back_nothing_is_said_of_it() -> None:
    assert "came out of the pipeline" not in cover(finished(consumer={"total": None})).paragraph


def test_latency_is_told_in_three_figures_or_with_the_reason_why_not() -> None:
    contents = finished()
    contents["latency"]["end_to_end"]["total"] |= {"p50_ms": 12.0, "p99_ms": 340.0, "max_ms": 2100.0}
    assert (
        "Half of the records came out within 12 ms of the moment they were due, 99 % within 340 ms;"
        " the slowest took 2.1 s." in cover(contents).paragraph
    )
    for figure in ("p50_ms", "p99_ms", "max_ms"):
        contents = finished()
        contents["latency"]["end_to_end"]["total"] |= {figure: None}
        assert "Half of the records" not in cover(contents).paragraph
    assert (
        "End-to-end latency is not known (The sink table has no timestamp metadata column)."
        in cover(STATES["unmeasurable"]()).paragraph
    )


def test_the_generator_is_told_by_its_own_delay_and_what_left_late() -> None:
    def told(late: int | None, sent: int | None = 10) -> str:
        contents = finished(producer={"late_total": late, "sent_total": sent, "total": sent})
        contents["latency"]["generator_delay"]["total"] |= {"p99_ms": 1.5}
        return cover(contents).paragraph

    assert "99 % of them within 1.5 ms of their due time; none left more than 10 ms late." in told(0)
    assert "their due time; 3 left more than 10 ms late." in told(3)
    assert "their due time. " in told(None)
    assert "The generator itself" not in told(0, sent=0)


def test_errors_are_counted_by_kind() -> None:
    assert "No error was seen." in cover(finished()).paragraph
    error = STATES["failed"]()["errors"][0]
    assert "One kind of error was seen, 7 times." in cover(finished() | {"errors": [error]}).paragraph
    assert "21 errors of 2 kinds were seen." in cover(STATES["failed"]()).paragraph


def phases(recovered: bool) -> tuple[PhaseFacts, ...]:
    """Three phases; the second is the slow one, and its lag comes back or not."""
    plans = snapshot(STATES["finished"]()).traffic.phases[:3]
    intervals = [
        RecordedInterval(plan.start_s, plan.start_s + 1, HistogramSnapshot.from_hdr_base64(hdr_of(value_us)))
        for plan, value_us in zip(plans, (1_000, 250_000, 2_000), strict=True)
    ]
    at, rows = FIELDS.index("pipeline.lag_s"), []
    for second in range(0, 360, 5):
        slow = 120 <= second < 260 or (second >= 260 and not recovered)
        figures: list[float | None] = [None] * len(FIELDS)
        figures[at] = 9.0 if slow else 0.01
        rows.append((second * 1000.0, *figures))
    return tuple(phase_facts(plans, Series(tuple(rows)), 0.0, intervals))


def test_the_slowest_phase_is_named_with_its_time_and_how_long_the_recovery_took() -> None:
    told = cover(finished(), phases=phases(recovered=True)).paragraph
    assert "Latency was highest in peak1 (2:00 – 4:00), with a p99 of 250 ms; 20 s after it the lag was back" in told
    assert "with a p99 of 250 ms. " in cover(finished(), phases=phases(recovered=False)).paragraph


def test_one_phase_alone_or_phases_without_latency_have_no_slowest() -> None:
    assert "Latency was highest" not in cover(finished(), phases=phases(recovered=True)[:1]).paragraph
    plans = snapshot(STATES["finished"]()).traffic.phases[:2]
    silent = tuple(phase_facts(plans, Series(), 0.0, []))
    assert "Latency was highest" not in cover(finished(), phases=silent).paragraph


@pytest.mark.parametrize(
    ("state", "kind"),
    [("finished", "finished"), ("failed", "failed"), ("interrupted", "interrupted"), ("draining", "cut_off")],
)
def test_without_a_summary_the_last_phase_says_how_the_run_ended(state: str, kind: str) -> None:
    assert ending_of(snapshot(STATES[state]()), None).kind == kind
    assert ending_of(snapshot(STATES[state]()), {"outcome": "unheard of"}).kind == kind


def test_the_summary_of_a_run_says_how_it_ended_and_what_it_left() -> None:
    told = {"outcome": "incomplete", "failure": "5 records are missing", "failure_remedy": "Wait longer."}
    ending = ending_of(snapshot(STATES["finished"]()), told | {"failure_detail": "", "left_behind": ["topic a"]})
    assert ending == Ending("incomplete", "5 records are missing", None, "Wait longer.", ("topic a",))


def test_the_name_of_the_pipeline_is_known_as_soon_as_anything_is() -> None:
    told = manifest(pipeline="recorded")
    assert ReportData(snapshot(STATES["finished"]()), told, Ending("finished")).pipeline == "orders"
    assert ReportData(None, told, Ending("empty")).pipeline == "recorded"
    assert ReportData(None, None, Ending("empty")).pipeline == "pipeline"


def test_a_latency_that_is_only_a_bound_is_told_as_one() -> None:
    stage = finished()["latency"]["end_to_end"] | {"bound": "upper", "bound_reason": "rows are timed again"}
    assert " These are upper bounds: rows are timed again." in cover(finished(latency={"end_to_end": stage})).paragraph
    assert "bound" not in cover(finished()).paragraph


def test_records_of_another_run_are_told_apart() -> None:
    told = "2\u2009000 records of another run came out as well; they count for nothing."
    assert told in cover(finished(consumer={"other_runs_total": 2_000})).paragraph
    assert "another run" not in cover(finished()).paragraph
