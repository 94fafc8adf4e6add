"""Whole runs, from the first question to the last clean-up, on doubles of Kafka, Flink and the registry.

The pipeline copies the orders it reads, or does to them what the scene says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import confluent_kafka as ck
import pytest

from pipegen.bus import HistogramsTaken, RunEnded, ServicesFound, SnapshotTaken
from pipegen.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_SERVICE, EXIT_THRESHOLD
from pipegen.run.runner import Runner
from tests.unit.project_folder import change
from tests.unit.record_headers import record_header
from tests.unit.stand_in_flink import JOB, SOURCE, Change
from tests.unit.stand_in_kafka import NewTopic
from tests.unit.stand_in_services import Played, Scene, StandIns, play

MISSING = range(5, 8)
TRACE = (
    "org.apache.flink.runtime.JobException: Recovery is suppressed\n"
    "\tat org.apache.flink.Job.run(Job.java:1)\n"
    "Caused by: java.lang.ArithmeticException: / by zero\n"
    "\tat OrderProcess.map(OrderProcess.java:7)"
)


def without_some() -> Change:
    """Drops three records; the probe is the first."""
    seen = iter(range(10**6))
    return lambda value: [] if next(seen) in MISSING else [value]


def twice() -> Change:
    """Brings every record out twice."""
    return lambda value: [value, value]


def refuse_the_insert(services: StandIns, _folder: Path) -> None:
    """The gateway does not know a column."""
    trace = (
        "org.apache.flink.table.api.ValidationException: SQL validation failed.\n"
        "\tat org.apache.flink.Planner.validate(Planner.java:1)\n"
        "Caused by: org.apache.calcite.runtime.CalciteContextException: From line 3, column 5: Column 'x' not found\n"
        "\tat org.apache.calcite.Validator.run(Validator.java:1)"
    )
    services.flink.refuse = lambda statement: trace if "INSERT" in statement else None


def topics_are_there(services: StandIns, folder: Path) -> None:
    """Both topics exist and hold records of an earlier run; the subjects too. The job begins at their end."""
    change(folder / "sql" / "01_source.sql", "'earliest-offset'", "'latest-offset'")
    for topic in ("orders-input", "orders-output"):
        services.kafka.create(topic, 1)
        services.kafka.put(topic, [b"old", b"older"])
        services.registry.register(f"{topic}-value", '{"type":"string"}')


def filter_in_the_sql(_services: StandIns, folder: Path) -> None:
    """The SQL keeps some of the orders."""
    change(folder / "sql" / "03_process.sql", "FROM `order_in`;", "FROM `order_in` WHERE `quantity` > 3;")


def json_tables(_services: StandIns, folder: Path) -> None:
    """The tables hold JSON."""
    for file in ("01_source.sql", "02_sink.sql"):
        table = folder / "sql" / file
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "avro-confluent." not in line]
        text = "".join(kept).replace("'avro-confluent',", "'json'").replace("TIMESTAMP(3)", "TIMESTAMP_LTZ(3)")
        table.write_text(text, encoding="utf-8")


def nothing_goes(services: StandIns, _folder: Path) -> None:
    """Topics and groups cannot be deleted."""
    services.kafka.kept = lambda _name: True


def no_slots(services: StandIns, _folder: Path) -> None:
    """The tasks of the job are never run."""
    services.flink.tasks_run = False


def fail_the_job(phase: str, services: StandIns, _runner: Runner) -> None:
    if phase == "running":
        services.flink.fail(TRACE)


def cancel_the_job(phase: str, services: StandIns, _runner: Runner) -> None:
    if phase == "running":
        services.flink.state = "CANCELED"


def interrupt(phase: str, _services: StandIns, runner: Runner) -> None:
    if phase == "running":
        runner.interrupt(EXIT_INTERRUPTED)


def interrupt_in_the_drain(phase: str, _services: StandIns, runner: Runner) -> None:
    if phase == "draining":
        runner.interrupt(EXIT_INTERRUPTED)


def interrupt_at_the_probe(phase: str, _services: StandIns, runner: Runner) -> None:
    if phase == "probing":
        runner.interrupt(EXIT_INTERRUPTED)


def make_trouble(phase: str, _services: StandIns, runner: Runner) -> None:
    if phase == "running":
        runner.note_trouble("the disk is full", "Make room.")


def another_run_writes(phase: str, services: StandIns, _runner: Runner) -> None:
    """One record of another run gets into the output."""
    if phase == "running":
        (topic,) = (name for name in services.kafka.created if "output" in name)
        services.kafka.put(topic, [b"theirs"], headers={"pipegen": record_header(1, 1, run=77)})


def reject_the_load(phase: str, services: StandIns, _runner: Runner) -> None:
    if phase == "running":
        services.kafka.reject_records(ck.KafkaError.TOPIC_AUTHORIZATION_FAILED)


RULE = {"name": "few", "expression": "quantity < 3", "tolerance": "100%"}
SCENES = {
    "clean": Scene(settings={"inspect_input": True, "pipeline": {"partitions": 2}, "thresholds": ["lost == 0"]}),
    "losing": Scene(change=without_some, settings={"pipeline_timeout": "8s", "thresholds": ["lost == 0"]}),
    "doubling": Scene(change=twice, settings={"data_quality": {"rules": [RULE]}}),
    "faulty": Scene(settings={"faults": {"late": "25%", "corrupt": "25%"}, "message_rate": 40}),
    "doubling faults": Scene(change=twice, settings={"faults": {"corrupt": "25%"}, "message_rate": 40}),
    "refused": Scene(prepare=refuse_the_insert),
    "failing": Scene(on_phase=fail_the_job, settings={"duration": "20s"}),
    "cancelled": Scene(on_phase=cancel_the_job, settings={"duration": "20s"}),
    "interrupted": Scene(on_phase=interrupt, settings={"duration": "60s"}),
    "hurried": Scene(change=without_some, on_phase=interrupt_in_the_drain),
    "interrupted early": Scene(on_phase=interrupt_at_the_probe),
    "stopped": Scene(
        settings={
            "duration": "60s",
            "thresholds": [{"expression": "end_to_end.p99 < 1us abort_on_fail"}],
        }
    ),
    "filter": Scene(change=without_some, prepare=filter_in_the_sql),
    "known": Scene(prepare=topics_are_there, settings={"pipeline": {"unique_names": False}}),
    "left": Scene(prepare=nothing_goes, settings={"message_rate": 1}),
    "kept": Scene(settings={"cleanup": False, "message_rate": 1}),
    "without slots": Scene(prepare=no_slots, settings={"pipeline_timeout": "4s"}, never_ready=True),
    "json": Scene(prepare=json_tables, settings={"pipeline": {"value_format": "json"}, "sender": "python"}),
    "two senders": Scene(settings={"producers": 2}),
    "seldom": Scene(on_phase=make_trouble, settings={"duration": "3s", "dashboard": {"update_interval": "10m"}}),
    "beside another": Scene(on_phase=another_run_writes),
    "as written": Scene(settings={"pipeline": {"use_topics_as_written": True}}),
    "rejected": Scene(
        on_phase=reject_the_load,
        settings={"pipeline": {"use_topics_as_written": True}, "duration": "60s", "message_rate": 100},
    ),
    "all of few rejected": Scene(on_phase=reject_the_load, settings={"pipeline": {"use_topics_as_written": True}}),
    "expected": Scene(change=without_some, settings={"expected_messages": 7}),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Played]:
    """All of them."""
    return play(tmp_path_factory.mktemp("scenes"), SCENES)


def test_a_run_whose_records_all_come_out_passes_and_accounts_for_each(played: Mapping[str, Played]) -> None:
    run = played["clean"]
    summary = run.summary
    assert (summary.outcome, summary.exit_code, summary.verdict.outcome) == ("finished", EXIT_OK, "pass")
    assert (summary.planned_total, summary.sent_total, summary.delivered_total) == (10, 10, 10)
    assert (summary.consumed_total, summary.failed_total, summary.lost, summary.duplicated) == (10, 0, 0, 0)
    assert sum(summary.sent_per_second) == 10
    assert (summary.failure, summary.failure_detail, summary.failure_remedy) == (None, None, None)
    assert run.errors == []
    assert summary.send_cpu_s is not None
    assert summary.read_cpu_s is not None
    pipeline = run.snapshot.pipeline
    assert (pipeline.expected_total, pipeline.lag, pipeline.lag_s, pipeline.out_of_order) == (10, 0, 0.0, 0)
    assert run.snapshots[0].pipeline.lag_s is None
    assert (pipeline.error_rate, pipeline.success_rate) == (0.0, 1.0)


def test_a_run_says_what_it_does_step_by_step(played: Mapping[str, Played]) -> None:
    run = played["clean"]
    # The drain says what it waits for, in words that depend on what has come out by then.
    steps = [step for step in run.steps if step[0] != "draining"]
    assert ("draining", "waiting for the last records") in run.steps
    assert steps == [
        ("starting", "looking for the services"),
        ("starting", "asking the services"),
        ("starting", "asking Flink what the SQL means"),
        ("starting", "creating topics and registering the schema"),
        ("starting", "joining the consumer group"),
        ("starting", "submitting the SQL to Flink"),
        ("probing", "waiting for the Flink job to run"),
        ("probing", "waiting for a probe record to come out"),
        ("running", "sending the planned load"),
        ("finished", "done"),
    ]
    assert isinstance(run.events[-1], RunEnded)
    assert run.snapshot.run.exit_code == EXIT_OK


def test_what_the_services_are_is_told_once_they_are_found(played: Mapping[str, Played]) -> None:
    (found,) = [event for event in played["clean"].events if isinstance(event, ServicesFound)]
    told = {service.name: (service.version, service.reason) for service in found.services}
    assert told["Kafka"] == (None, "brokers do not tell clients their version")
    assert told["Schema registry"] == ("8.1.0", None)
    assert told["Flink"] == told["Flink SQL gateway"] == ("2.1.0", None)


def test_a_run_makes_its_topics_as_asked_and_takes_away_all_it_made(played: Mapping[str, Played]) -> None:
    services, run_id = played["clean"].services, played["clean"].summary.run_id
    source, target = f"orders-input-{run_id}", f"orders-output-{run_id}"
    assert services.kafka.created == {
        source: NewTopic(partitions=2, replication_factor=-1, time_appends=False),
        target: NewTopic(partitions=2, replication_factor=-1, time_appends=True),
    }
    assert sorted(services.kafka.deleted) == [source, target]
    group = f"pipegen-orders-{run_id}"
    assert sorted(services.kafka.deleted_groups) == [group, f"{group}-flink", f"{group}-input"]
    assert services.registry.deleted == [f"{source}-value"]
    assert services.flink.state == "CANCELED"
    assert services.flink.sessions_open == 0
    assert played["clean"].summary.left_behind == []


def test_the_last_snapshot_shows_what_each_service_told(played: Mapping[str, Played]) -> None:
    snapshot, services = played["clean"].snapshot, played["clean"].services
    kafka, flink, registry = snapshot.kafka, snapshot.flink, snapshot.registry
    assert (kafka.status, kafka.brokers, kafka.topics, kafka.partitions) == ("running", 1, 2, 4)
    assert (kafka.input_total, kafka.controller_id, kafka.unreachable_brokers) == (10, 1, 0)
    assert {topic.role: topic.end_total for topic in kafka.topic_list} == {"input": 11, "output": 11}
    assert (snapshot.output.total, snapshot.output.partitions) == (10, 2)
    assert (flink.status, flink.job_state, flink.version, flink.task_managers) == ("running", "RUNNING", "2.1.0", 1)
    assert (flink.records_in_total, flink.records_out_total, flink.pending_records) == (11, 11, 0)
    assert (flink.busy_ratio, flink.backpressure_ratio, flink.backpressure_level) == (0.25, 0.05, "ok")
    assert (flink.metrics_interval_ms, flink.restarts) == (1000, 0)
    assert (flink.job_manager.heap_used_bytes, flink.job_manager.non_heap_used_bytes) == (1_000_000, None)
    assert [worker.address for worker in flink.task_manager_list] == ["10.0.0.0"]
    assert [vertex.inputs for vertex in flink.vertices] == [[], [SOURCE]]
    assert [(change.state) for change in flink.jobs[0].transitions] == ["CREATED", "RUNNING"]
    assert (registry.status, registry.input_version, registry.output_version) == ("running", 1, None)
    assert (registry.compatibility, registry.url) == ("BACKWARD", services.registry.url)


def test_producer_and_consumer_count_the_same_bytes(played: Mapping[str, Played]) -> None:
    producer, consumer = played["clean"].snapshot.producer, played["clean"].snapshot.consumer
    assert (producer.status, producer.status_reason) == ("stopped", "everything is sent")
    assert (producer.sent_total, producer.total, producer.errors, producer.skipped_total) == (10, 10, 0, 0)
    assert producer.bytes_total == consumer.bytes_total
    assert (consumer.total, consumer.errors, consumer.unchecked, consumer.lag) == (10, 0, 0, 0)
    assert producer.sender == "native"


def test_the_input_is_checked_as_well_where_that_is_asked_for(played: Mapping[str, Played]) -> None:
    quality = played["clean"].snapshot.data_quality
    assert quality.input is not None
    assert (quality.input.valid_total, quality.input.invalid_total) == (10, 0)
    assert (quality.output.valid_total, quality.output.invalid_total) == (10, 0)
    assert (quality.completeness_ratio, quality.intact_ratio, quality.score) == (1.0, 1.0, 100.0)
    # That of the input is asked for to be checked, and nothing is asked for of the probe.
    assert played["losing"].snapshot.data_quality.input is None


def test_statements_are_done_and_the_one_that_started_the_job_names_it(played: Mapping[str, Played]) -> None:
    statements = played["clean"].snapshot.sql
    assert [(each.file, each.kind, each.state, each.job_id) for each in statements] == [
        ("sql/01_source.sql:4", "CREATE TABLE", "done", None),
        ("sql/02_sink.sql:2", "CREATE TABLE", "done", None),
        ("sql/03_process.sql:3", "INSERT", "running", JOB),
    ]


def test_latencies_are_measured_of_every_record_but_the_probe(played: Mapping[str, Played]) -> None:
    latency = played["clean"].snapshot.latency
    assert latency.end_to_end is not None
    for stage in (latency.generator_delay, latency.ack, latency.end_to_end):
        assert stage.total.count == 10
        assert stage.negative_count == 0
    assert latency.ack.total.min_ms is not None
    assert latency.end_to_end.total.min_ms is not None
    assert latency.end_to_end.total.min_ms > 0


def test_histograms_carry_the_time_of_the_previous_snapshot(played: Mapping[str, Played]) -> None:
    at_ms = 0.0
    for event in played["clean"].events:
        if isinstance(event, SnapshotTaken):
            at_ms = datetime.fromisoformat(event.snapshot.timestamp).timestamp() * 1000
        elif isinstance(event, HistogramsTaken):
            assert event.end_ms == pytest.approx(at_ms, abs=60_000)
    assert any(isinstance(event, HistogramsTaken) for event in played["clean"].events)


def test_a_single_record_of_another_run_is_reported(played: Mapping[str, Played]) -> None:
    run = played["beside another"]
    assert run.snapshot.consumer.other_runs_total == 1
    (told,) = (error for error in run.snapshot.errors if "another run" in error.message)
    assert (told.severity, told.count) == ("warning", 1)
    assert (run.summary.consumed_total, run.summary.outcome) == (10, "finished")


def test_records_that_do_not_come_out_are_lost_and_make_the_run_incomplete(played: Mapping[str, Played]) -> None:
    summary = played["losing"].summary
    assert (summary.outcome, summary.exit_code) == ("incomplete", EXIT_SERVICE)
    assert summary.failure == "3 of 10 records did not come out within 8s"
    assert (summary.consumed_total, summary.lost) == (7, 3)
    assert summary.verdict.outcome == "fail"
    assert summary.verdict.reasons == ["3 of 10 records did not come out within 8s", "lost == 0: 3"]
    assert played["losing"].snapshot.pipeline.lag == 3
    # Nothing has come out since the last record that did: at least for as long as was waited.
    assert (played["losing"].snapshot.pipeline.lag_s or 0) >= 8
    assert played["losing"].steps[-1] == ("failed", "done")


def test_each_lost_record_is_shown_as_it_was_sent(played: Mapping[str, Played]) -> None:
    summary = played["losing"].summary
    lost = [each for each in summary.events.events if each.kind == "lost"]
    # The probe came first, which was no event of the plan.
    assert [each.number for each in lost] == [number - 1 for number in MISSING]
    start_ms = lost[0].due_ms
    assert start_ms is not None
    assert [each.due_ms for each in lost] == pytest.approx([start_ms, start_ms + 100, start_ms + 200], abs=0.01)
    assert {(each.partition, each.offset, each.seen_ms) for each in lost} == {(None, None, None)}
    for each in lost:
        assert json.loads(each.value or "")["order_id"] == f"order-{(each.number or 0) + 1:08}"


def test_records_that_came_out_twice_are_shown_with_their_place(played: Mapping[str, Played]) -> None:
    doubled = [each for each in played["doubling"].summary.events.events if each.kind == "duplicated"]
    assert sorted(each.number for each in doubled if each.number is not None) == list(range(10))
    assert len({(each.partition, each.offset) for each in doubled}) == 10
    assert all(each.due_ms is not None and each.seen_ms is not None and each.seen_ms > each.due_ms for each in doubled)


def test_numbers_are_not_guessed_where_faults_leave_gaps_in_them(played: Mapping[str, Played]) -> None:
    events = played["doubling faults"].summary.events
    doubled = [each for each in events.events if each.kind == "duplicated"]
    assert doubled
    assert {(each.number, each.value) for each in doubled} == {(None, None)}
    assert any("records with faults that nobody can read are numbered apart" in note for note in events.notes)


def test_records_that_come_out_twice_are_counted_as_duplicates(played: Mapping[str, Played]) -> None:
    summary = played["doubling"].summary
    assert (summary.outcome, summary.consumed_total) == ("finished", 20)
    assert (summary.lost, summary.duplicated) == (0, 10)
    assert summary.snapshot.headline.text == "Finished with 10 duplicated."


def test_rules_say_which_share_of_the_records_conforms(played: Mapping[str, Played]) -> None:
    quality = played["doubling"].snapshot.data_quality
    (rule,) = quality.rules
    assert (rule.evaluated_total, quality.sampled_total) == (20, 20)
    assert 0 < rule.violations_total < 20
    assert quality.conforming_ratio == pytest.approx(1 - rule.violations_total / 20)
    assert quality.sample_ratio == 1.0


def test_faults_on_purpose_are_counted_apart_and_lose_nothing(played: Mapping[str, Played]) -> None:
    summary, faults = played["faulty"].summary, played["faulty"].snapshot.faults
    counted = {kind.name: (kind.share, kind.injected_total, kind.delivered_total) for kind in faults.kinds}
    late, corrupt = counted["late"][1], counted["corrupt"][1]
    assert counted == {"late": (0.25, late, late), "corrupt": (0.25, corrupt, corrupt)}
    assert min(late, corrupt) > 0
    assert faults.injected_total == late + corrupt < 40
    assert (faults.excluded_total, faults.excluded_consumed_total) == (corrupt, corrupt)
    assert (summary.outcome, summary.sent_total, summary.lost) == ("finished", 40, 0)
    assert summary.snapshot.pipeline.expected_total == 40 - corrupt
    ratio = summary.snapshot.registry.validation_success_ratio
    assert ratio == pytest.approx((40 - corrupt) / 40)


def test_sql_that_flink_refuses_ends_the_run_with_its_place_in_the_file(played: Mapping[str, Played]) -> None:
    summary = played["refused"].summary
    assert (summary.outcome, summary.exit_code) == ("failed", EXIT_SERVICE)
    assert summary.failure == ("sql/03_process.sql:5:5: Flink refuses this statement: Column 'x' not found")
    assert (summary.failure_detail or "").startswith("INSERT INTO `order_out`")
    states = [(each.state, each.error) for each in summary.snapshot.sql]
    assert states == [("waiting", None), ("waiting", None), ("error", "Column 'x' not found")]
    assert not played["refused"].services.kafka.created, "nothing is made for SQL that Flink refuses"
    assert (summary.sent_total, summary.lost) == (0, None)


def test_a_job_that_fails_ends_the_run_with_its_root_exception(played: Mapping[str, Played]) -> None:
    run = played["failing"]
    assert (run.summary.outcome, run.summary.exit_code) == ("failed", EXIT_SERVICE)
    assert run.summary.failure == "the Flink job failed: / by zero"
    assert run.summary.failure_remedy == "Flink's page and the TaskManager's log have the whole stack trace."
    assert run.snapshot.flink.root_exception == "/ by zero"
    assert "the Flink job failed: / by zero" in [error.message for error in run.errors if error.severity == "critical"]
    assert run.summary.sent_total < 200
    assert played["cancelled"].summary.failure == "the Flink job was cancelled"


def test_an_interrupted_run_sends_no_more_and_waits_for_what_it_sent(played: Mapping[str, Played]) -> None:
    summary = played["interrupted"].summary
    assert (summary.outcome, summary.exit_code, summary.failure) == ("interrupted", EXIT_INTERRUPTED, None)
    assert summary.sent_total < summary.planned_total == 600
    assert summary.consumed_total == summary.delivered_total == summary.sent_total
    assert summary.lost == 0
    assert ("draining", "waiting for the last records") in played["interrupted"].steps
    assert played["interrupted"].steps[-1] == ("interrupted", "done")


def test_an_interruption_during_the_drain_does_not_wait(played: Mapping[str, Played]) -> None:
    summary = played["hurried"].summary
    assert (summary.outcome, summary.exit_code) == ("interrupted", EXIT_INTERRUPTED)
    assert played["hurried"].snapshot.consumer.status == "stopped"
    # Nobody waited long enough to tell what is lost from what is late.
    assert (summary.sent_total, summary.lost) == (10, None)


def test_an_interruption_before_the_load_sends_nothing_and_takes_everything_away(played: Mapping[str, Played]) -> None:
    summary, services = played["interrupted early"].summary, played["interrupted early"].services
    assert (summary.outcome, summary.exit_code, summary.sent_total) == ("interrupted", EXIT_INTERRUPTED, 0)
    assert len(services.kafka.deleted) == 2
    assert services.flink.state == "CANCELED"


def test_a_threshold_ends_the_run_early_where_it_says_so(played: Mapping[str, Played]) -> None:
    summary = played["stopped"].summary
    assert (summary.outcome, summary.exit_code, summary.verdict.outcome) == ("aborted", EXIT_THRESHOLD, "fail")
    failed = "stopped early: the threshold end_to_end.p99 < 1us abort_on_fail failed with "
    assert (summary.failure or "").startswith(failed)
    assert 0 < summary.sent_total < summary.planned_total
    assert summary.lost == 0


def test_of_a_filter_nobody_knows_what_should_come_out_so_the_drain_ends_when_it_is_quiet(
    played: Mapping[str, Played],
) -> None:
    run = played["filter"]
    assert (run.summary.outcome, run.summary.exit_code) == ("finished", EXIT_OK)
    assert (run.summary.sent_total, run.summary.consumed_total) == (10, 7)
    assert (run.summary.lost, run.summary.duplicated, run.snapshot.pipeline.expected_total) == (None, None, None)
    assert ("probing", "watching the job run for 3 s") in run.steps
    assert ("probing", "waiting for a probe record to come out") not in run.steps


def test_no_probe_is_sent_to_topics_used_as_written(played: Mapping[str, Played]) -> None:
    run = played["as written"]
    assert (run.summary.outcome, run.summary.lost) == ("finished", 0)
    assert run.snapshot.kafka.input_total == run.summary.sent_total == 10
    assert ("probing", "waiting for a probe record to come out") not in run.steps


def test_topics_that_were_there_are_used_from_their_end_on_and_stay(played: Mapping[str, Played]) -> None:
    run = played["known"]
    assert (run.summary.outcome, run.summary.consumed_total, run.summary.lost) == ("finished", 10, 0)
    assert (run.snapshot.kafka.input_total, run.snapshot.output.total) == (10, 10)
    assert run.services.kafka.created == {}
    assert run.services.kafka.deleted == []
    assert run.services.registry.deleted == []
    assert run.snapshot.registry.input_version == 2


def test_what_cannot_be_taken_away_is_named_each_by_itself(played: Mapping[str, Played]) -> None:
    summary = played["left"].summary
    source, target, group = (f"orders-input-{summary.run_id}", f"orders-output-{summary.run_id}", summary.run_id)
    assert sorted(summary.left_behind) == [
        f"consumer group pipegen-orders-{group}-flink: it cannot be deleted",
        f"consumer group pipegen-orders-{group}: it cannot be deleted",
        f"topic {source}: it cannot be deleted",
        f"topic {target}: it cannot be deleted",
    ]
    assert summary.exit_code == EXIT_OK
    assert played["left"].services.registry.deleted == [f"{source}-value"]


def test_without_clean_up_everything_stays(played: Mapping[str, Played]) -> None:
    services = played["kept"].services
    assert (services.kafka.deleted, services.kafka.deleted_groups, services.registry.deleted) == ([], [], [])
    assert len(services.kafka.created) == 2
    assert played["kept"].summary.left_behind == []


def test_a_job_whose_tasks_get_no_slot_is_not_ready_in_time(played: Mapping[str, Played]) -> None:
    summary = played["without slots"].summary
    assert (summary.outcome, summary.exit_code) == ("failed", EXIT_SERVICE)
    assert summary.failure == "the pipeline was not ready within 4s: waiting for the Flink job to run"
    job, *topics = (summary.failure_detail or "").splitlines()
    # A busy machine may not have looked at the job in that time.
    assert job in {"Flink job: RUNNING", "Flink job: not known"}
    assert [line.partition(":")[0] for line in topics] == ["input topic", "output topic"]


def test_json_is_sent_and_read_without_a_schema_in_the_registry(played: Mapping[str, Played]) -> None:
    run = played["json"]
    assert (run.summary.outcome, run.summary.lost, run.snapshot.consumer.errors) == ("finished", 0, 0)
    assert run.errors == []
    assert run.snapshot.registry.input_version is None
    assert (run.snapshot.producer.sender, run.snapshot.producer.sender_reason) == (
        "python",
        "asked for with sender: python",
    )


def test_several_senders_share_the_plan(played: Mapping[str, Played]) -> None:
    run = played["two senders"]
    assert ("starting", "starting 2 sending processes") in run.steps
    assert (run.summary.sent_total, run.summary.delivered_total, run.summary.lost) == (10, 10, 0)
    assert run.snapshot.run.workers == 2


def test_a_number_of_messages_that_is_expected_ends_the_drain(played: Mapping[str, Played]) -> None:
    run = played["expected"]
    assert (run.summary.outcome, run.summary.consumed_total) == ("finished", 7)
    assert run.snapshot.pipeline.expected_total == 7


def test_figures_before_the_load_are_null_with_their_reasons(played: Mapping[str, Played]) -> None:
    first = played["clean"].snapshots[0]
    assert first.run.phase == "starting"
    assert (first.flink.job_state, first.run.elapsed_s) == (None, None)
    assert first.reasons["run.elapsed_s"] == "the load has not started yet"
    assert first.reasons["producer.planned_total"] == "the load has not started yet"


def test_an_error_is_shown_at_once_where_snapshots_are_seldom(played: Mapping[str, Played]) -> None:
    taken = [each for each in played["seldom"].snapshots if each.run.phase == "running"]
    assert "the disk is full" in {error.message for each in taken for error in each.errors}
    assert played["seldom"].summary.outcome == "finished"


@pytest.mark.parametrize("scene", ["rejected", "all of few rejected"])
def test_a_load_that_kafka_rejects_as_a_whole_ends_the_run_with_cause_and_setting(
    played: Mapping[str, Played], scene: str
) -> None:
    summary = played[scene].summary
    assert (summary.outcome, summary.exit_code) == ("failed", EXIT_SERVICE)
    assert "this user may not write to topic" in str(summary.failure)
    assert "Allow WRITE" in str(summary.failure_remedy)
    assert summary.delivered_total == 0
    assert summary.sent_total <= 3_000
    assert not any(phase == "draining" for phase, _ in played[scene].steps)
