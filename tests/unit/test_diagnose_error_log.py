"""The error log counts, explains, forgets secrets and stays bounded."""

from __future__ import annotations

from pipegen.diagnose import ErrorLog
from pipegen.errors import FaultCode, FlinkError, KafkaError, PipelineError
from pipegen.snapshot import ErrorEntry


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def test_errors_of_one_kind_are_counted_with_their_first_and_last_time() -> None:
    clock = Clock()
    log = ErrorLog(clock=clock)
    for text in ("first", "second"):
        log.report(component="kafka", category="connection", message=text, code=FaultCode(kafka="_TRANSPORT"), count=2)
        clock.now_s += 60
    (entry,) = log.entries()
    assert (entry.count, entry.message, entry.id) == (4, "second", "kafka.kafka.unreachable")
    assert (entry.first_at, entry.last_at) == ("2027-01-15T08:00:00.000Z", "2027-01-15T08:01:00.000Z")


def test_an_entry_carries_the_rule_that_explains_it_with_evidence_and_remedy() -> None:
    log = ErrorLog()
    log.report(
        component="flink",
        category="processing",
        message="Magic number does not match",
        detail="java.io.IOException",
    )
    (entry,) = log.entries()
    assert entry.category == "serialisation"
    assert entry.severity == "critical"
    assert entry.rule == "flink.poison_record"
    assert entry.explained_by == "rule"
    assert entry.evidence == "the text says “Magic number does not match”"
    assert entry.remedy is not None


def test_an_error_that_no_rule_fits_is_kept_without_an_invented_suggestion() -> None:
    log = ErrorLog()
    log.report(component="flink", category="processing", message="mercury in retrograde at 0x7f3a, attempt 3")
    log.report(component="flink", category="processing", message="mercury in retrograde at 0x81bc, attempt 4")
    (entry,) = log.entries()
    assert entry.count == 2
    assert (entry.suggestion, entry.remedy, entry.evidence, entry.rule, entry.explained_by) == (None,) * 5


def test_whoever_reports_may_know_a_better_remedy_and_a_worse_severity() -> None:
    log = ErrorLog()
    log.report(
        component="kafka",
        category="connection",
        message="x",
        code=FaultCode(kafka="_TRANSPORT"),
        severity="critical",
        remedy="Start the local stack.",
    )
    (entry,) = log.entries()
    assert (entry.severity, entry.remedy) == ("critical", "Start the local stack.")


def test_no_secret_is_kept_in_any_field() -> None:
    log = ErrorLog(secrets=["opensesame"])
    log.report(
        key="http://ada:hunter2@broker",
        component="registry",
        category="connection",
        message='http://ada:hunter2@registry refused; opensesame; sasl.jaas.config=x password="hunter2";',
        remedy="use password=hunter2",
        detail="opensesame",
    )
    log.explain(log.entries()[0].id, "Your password=hunter2 or opensesame is wrong.", evidence="opensesame")
    kept = log.entries()[0].model_dump_json()
    assert "hunter2" not in kept
    assert "opensesame" not in kept


def test_the_exception_that_ends_a_run_is_an_error_like_any_other() -> None:
    log = ErrorLog()
    log.report_failure(KafkaError("no broker", code=FaultCode(kafka="_ALL_BROKERS_DOWN")), severity="critical")
    log.report_failure(FlinkError("Flink refused to list jobs (HTTP 503)", code=FaultCode(http_status=503)))
    log.report_failure(PipelineError("the Flink job keeps restarting (it is RESTARTING)"))
    found = {entry.component: entry.rule for entry in log.entries() if entry.rule != "flink.restarting"}
    assert found == {"kafka": "kafka.unreachable", "flink": "http.failing"}
    assert any(entry.rule == "flink.restarting" and entry.component == "flink" for entry in log.entries())


def test_a_new_kind_is_announced_once() -> None:
    seen: list[ErrorEntry] = []
    log = ErrorLog(seen.append)
    for _ in range(3):
        log.report(component="kafka", category="connection", message="x", code=FaultCode(kafka="_RESOLVE"))
    assert [entry.rule for entry in seen] == ["kafka.name_not_found"]


def test_beyond_200_kinds_errors_are_only_counted() -> None:
    log = ErrorLog()
    for number in range(300):
        log.report(key=f"kind-{number}", component="flink", category="processing", message="x" * 5000)
    entries = log.entries()
    assert len(entries) == 201
    assert {entry.id: entry.count for entry in entries}["pipegen.more"] == 100
    assert max(len(entry.message) for entry in entries) <= 2000


def test_a_models_words_never_replace_a_rules() -> None:
    log = ErrorLog()
    log.report(component="kafka", category="connection", message="x", code=FaultCode(kafka="_RESOLVE"))
    log.explain("kafka.kafka.name_not_found", "guesswork", evidence="a model")
    assert log.entries()[0].explained_by == "rule"


def test_a_models_words_stay_when_the_error_comes_again() -> None:
    log = ErrorLog()
    log.report(component="flink", category="processing", message="odd")
    log.explain(log.entries()[0].id, "It is odd.", evidence="the model m")
    log.report(component="flink", category="processing", message="odd")
    (entry,) = log.entries()
    assert (entry.count, entry.suggestion, entry.explained_by) == (2, "It is odd.", "model")


def test_errors_are_counted_per_category_and_interval_and_the_past_is_bounded() -> None:
    clock = Clock()
    log = ErrorLog(clock=clock)
    log.report(component="kafka", category="connection", message="x", code=FaultCode(kafka="_RESOLVE"), count=5)
    clock.now_s += 20
    log.report(component="kafka", category="connection", message="x", code=FaultCode(kafka="_RESOLVE"))
    trends = log.trends()
    assert trends.interval_s == 10
    assert (trends.connection.total, trends.connection.counts) == (6, [5, 0, 1])
    assert (trends.data_quality.total, trends.data_quality.counts) == (0, [0, 0, 0])
    clock.now_s += 86_400
    after = log.trends().connection
    assert (after.total, len(after.counts), sum(after.counts)) == (6, 60, 0)
