"""Plain Flink SQL run as it is: on topics of the run's own, with counts that an independent client confirms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"
LOAD = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=60s")
SENT = 300


def run(name: str, tmp_path: Path, start_run: StartRun, *arguments: str) -> Finished:
    """A run of a script that came to a good end, in a folder that is no project."""
    done = start_run(tmp_path, f"--sql={SCRIPTS / name}", *LOAD, *arguments, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["delivered_total"] == SENT
    return done


def topic_of(run_id: str, name: str) -> str:
    return f"{name}-{run_id}"


def test_a_script_for_another_cluster_runs_as_it_is(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("filter.sql", tmp_path, start_run, "--no-cleanup")
    run_id = done.summary["run_id"]
    for name in ("any-sql-orders", "any-sql-paid"):
        records, probes = independent.read_all(topic_of(run_id, name))
        assert (records, probes > 0) == (SENT, True)
    assert done.summary["consumed_total"] == SENT
    assert (done.summary["lost"], done.summary["duplicated"]) == (0, 0)
    assert done.summary["snapshot"]["latency"]["end_to_end"]["total"]["count"] == SENT


def test_no_secret_of_a_script_is_kept_or_shown(tmp_path: Path, start_run: StartRun) -> None:
    done = run("filter.sql", tmp_path, start_run)
    kept = [path.read_bytes() for folder in ("runs", "reports") for path in (tmp_path / folder).rglob("*.*")]
    assert kept
    assert not any(b"hidden-word" in text for text in (*kept, done.out.encode(), done.err.encode()))


def test_nothing_of_a_scripts_own_names_is_touched_and_nothing_is_left(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    guarded = ("any-sql-guarded", "any-sql-guarded-paid")
    names = ("any-sql-orders", "any-sql-paid", "any-sql-events", "any-sql-between", *guarded)
    independent.make_topics(*names)
    for name in names:
        independent.send(name, b"theirs")
    independent.commit("any-sql-guarded-group", "any-sql-guarded", offset=0)
    subjects = ("any-sql-guarded-value", "any-sql-guarded-key", "any-sql-guarded-named")
    for subject in subjects:
        independent.register(subject, '{"type": "record", "name": "Theirs", "fields": []}')

    def theirs() -> tuple[object, list[str], int, dict[str, list[int]], list[str]]:
        offsets = {name: independent.end_offsets(name) for name in independent.topics("any-sql")}
        versions = {subject: independent.versions(subject) for subject in independent.subjects("")}
        committed = independent.committed("any-sql-guarded-group", "any-sql-guarded")
        # A job that another test has kept may commit for the first time now.
        groups = [name for name in independent.groups("") if not any(job in name for job in kept)]
        return offsets, sorted(groups), committed, versions, independent.running_jobs("")

    kept = independent.running_jobs("")
    before = theirs()
    for script in ("filter.sql", "chained.sql", "query.sql", "guarded.sql"):
        done = run(script, tmp_path, start_run)
        assert done.summary["left_behind"] == []
        assert done.summary["consumed_total"] == SENT
    assert theirs() == before
    assert before[2] == 0
    assert {subject: before[3][subject] for subject in subjects} == {subject: [1] for subject in subjects}


def test_statements_of_every_kind_run_in_order_and_print_is_read_back(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("chained.sql", tmp_path, start_run, "--no-cleanup")
    run_id = done.summary["run_id"]
    for name in ("any-sql-events", "any-sql-between", "printed"):
        assert independent.read_all(topic_of(run_id, name))[0] == SENT
    assert done.summary["consumed_total"] == SENT
    assert b'it\'s; \\"noted\\"' in independent.values(topic_of(run_id, "any-sql-between"))[0]


def test_the_rows_of_a_query_are_read_back(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run("query.sql", tmp_path, start_run, "--no-cleanup")
    assert independent.read_all(topic_of(done.summary["run_id"], "query_1"))[0] == SENT
    assert done.summary["consumed_total"] == SENT


def test_topics_are_used_as_written_where_that_is_asked_for(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    independent.make_topics("any-sql-theirs")
    independent.send("any-sql-theirs", b'{"id": 1, "kind": "theirs"}')
    done = run("as_written.sql", tmp_path, start_run, "--use-topics-as-written")
    assert "the run sends records to any-sql-theirs, and its jobs write to any-sql-results" in done.err
    assert independent.read_all("any-sql-theirs") == (1 + SENT, 0), "no probe stays there"
    assert "it creates, and deletes at its end, the topics any-sql-results\n" in done.err
    assert "commit offsets of the groups that the script names: any-sql-theirs-group" in done.err
    assert independent.groups("any-sql-theirs-group") == []
    assert independent.topics("any-sql-results") == [], "what the run has made itself is taken away"


def test_as_written_no_version_is_added_to_a_subject_by_a_run_and_by_its_jobs_only_as_told(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    independent.make_topics("any-sql-avro", "any-sql-avro-copies")
    theirs = {"type": "record", "name": "record", "namespace": "org.apache.flink.avro.generated"}
    fields = [
        {"name": "id", "type": "int"},
        {"name": "kind", "type": ["null", "string"], "default": None},
        {"name": "more", "type": "long"},
    ]
    for subject, known in (("any-sql-avro-value", fields), ("any-sql-avro-copies-value", fields[:1])):
        independent.register(subject, json.dumps({**theirs, "fields": known}))
    done = run("as_written_avro.sql", tmp_path, start_run, "--use-topics-as-written")
    assert done.summary["consumed_total"] == SENT
    assert "its jobs may register a new version of any-sql-avro-copies-value, where another schema is" in done.err
    assert independent.versions("any-sql-avro-value") == [1], "records are made from the schema that is there"
    assert independent.versions("any-sql-avro-copies-value") == [1, 2]
    assert done.summary["left_behind"] == []


def test_what_flink_refuses_ends_the_run_before_anything_is_created(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    before = independent.topics("")
    script = tmp_path / "wrong.sql"
    script.write_text((SCRIPTS / "query.sql").read_text().replace("SELECT id, kind", "SELECT id,\n  nosuch"))
    done = start_run(tmp_path, f"--sql={script}", *LOAD).finish()
    assert done.exit_code == 2
    assert f"{script}:6:3: Column 'nosuch' not found in any table" in done.err
    assert independent.topics("") == before


def test_each_of_several_outputs_has_its_own_accounts_and_latency(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    thresholds = ("--threshold=outputs.*.total>1", "--threshold=outputs.copies.end_to_end.p99<1m")
    done = run("two_sinks.sql", tmp_path, start_run, "--no-cleanup", *thresholds)
    run_id, snapshot = done.summary["run_id"], done.summary["snapshot"]
    copies, counts, unseen = snapshot["outputs"]
    assert [each["name"] for each in snapshot["outputs"]] == ["copies", "counts", "unseen"]
    for output, topic in ((copies, "any-sql-copies"), (counts, "any-sql-counts"), (unseen, "unseen")):
        assert output["topic"] == topic_of(run_id, topic)
        assert output["total"] == independent.read_all(output["topic"])[0]
    assert (copies["lost"], copies["duplicated"], copies["end_to_end"]["count"]) == (0, 0, SENT)
    assert (counts["shape"], counts["traced_by"], counts["lost"]) == ("aggregate", "timestamp", None)
    assert counts["end_to_end"]["count"] == counts["total"] >= 2
    assert (unseen["traced_by"], unseen["lost"], unseen["end_to_end"]["count"]) == ("trace:order_id", 0, SENT)
    assert [each["lag"] for each in snapshot["outputs"]] == [0, 0, 0]
    assert snapshot["consumer"]["lag"] == 0
    assert [(way["lost"], way["reason"]) for way in copies["paths"]] == [(0, None)]
    assert snapshot["reasons"]["outputs.counts.lost"] == counts["counts_reason"]
    assert snapshot["run"]["drain"] == "all 3 outputs are drained"
    assert [(each["expression"], each["outcome"]) for each in snapshot["verdict"]["results"]] == [
        ("outputs.copies.total>1", "pass"),
        ("outputs.counts.total>1", "pass"),
        ("outputs.unseen.total>1", "pass"),
        ("outputs.copies.end_to_end.p99<1m", "pass"),
    ]
    assert snapshot["inputs"][0]["ack"]["count"] == SENT
    assert snapshot["consumer"]["total"] == copies["total"] + counts["total"] + unseen["total"]
    assert snapshot["pipeline"]["lost"] is None
    assert snapshot["reasons"]["pipeline.lost"].startswith("output counts: ")
    assert snapshot["output"]["total"] == snapshot["consumer"]["total"]
    assert snapshot["latency"]["end_to_end"]["total"]["count"] == 2 * SENT + counts["total"]


def test_settings_for_another_cluster_are_left_out_and_told(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    process = start_run(tmp_path, f"--sql={SCRIPTS / 'other_cluster.sql'}", *LOAD, env=LENIENT)
    process.until_said("sending the planned load")
    own, named = independent.running_jobs("pipegen-other_cluster-"), independent.running_jobs("everybody knows")
    done = process.finish()
    assert done.exit_code == 0, done.out + done.err
    assert (len(own), named) == (1, [])
    assert done.summary["consumed_total"] == SENT
    told = done.out + done.err
    for option in ("execution.target", "yarn.application.id", "rest.address", "pipeline.name", "state.checkpoints.dir"):
        assert f"{option} is left out: " in told
    assert "hidden-word" not in told
    assert done.summary["left_behind"] == []


def test_tables_that_are_made_of_queries_are_the_runs_own(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run("made.sql", tmp_path, start_run, "--no-cleanup")
    run_id = done.summary["run_id"]
    shown, counts = done.summary["snapshot"]["outputs"]
    assert independent.read_all(topic_of(run_id, "any-sql-made"))[0] == SENT
    assert (shown["name"], shown["total"], counts["name"]) == ("shown", SENT, "counts")
    assert counts["total"] == independent.read_all(topic_of(run_id, "any-sql-made-counts"))[0] > 0
    assert [name for name in independent.topics("any-sql-made") if not name.endswith(run_id)] == []


def test_the_rows_of_a_file_are_sent_in_place_of_made_records(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    (tmp_path / "orders.csv").write_text("id,kind\n1,first-kind\n2,second-kind\n")
    (tmp_path / ".pipegen.yaml").write_text("inputs: {orders: {file: orders.csv}}\n")
    done = run("rows.sql", tmp_path, start_run, "--no-cleanup")
    values = independent.values(topic_of(done.summary["run_id"], "any-sql-rows-copies"))
    assert [sum(word in value for value in values) for word in (b"first-kind", b"second-kind")] == [SENT / 2, SENT / 2]
    assert (done.summary["consumed_total"], done.summary["lost"]) == (SENT, 0)
