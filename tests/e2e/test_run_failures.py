"""Pipelines that break: the run says so in a sentence, with exit code 3, and leaves nothing behind."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from pipegen.stack import Endpoints
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen, service_flags, until

pytestmark = pytest.mark.stack
_log = logging.getLogger(__name__)


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [("'a text'", 3, "do not match"), ("NO_SUCH_FUNCTION(`quantity`)", 13, "No match found for function signature")],
    ids=["where Flink names no place", "where Flink names a place within the statement"],
)
def test_sql_that_flink_refuses_is_shown_with_file_line_and_flinks_own_message(
    project: Path, start_run: StartRun, independent: Independent, wrong: str, line: int, said: str
) -> None:
    process = project / "sql" / "03_process.sql"
    process.write_text(process.read_text().replace("CAST(`quantity` * `price` AS DOUBLE)", wrong))
    done = start_run(project, "--duration=5s").finish()
    assert done.exit_code == 3
    assert f"sql/03_process.sql:{line}:" in done.out
    assert said in done.out
    assert "Traceback" not in done.out + done.err
    assert done.summary["outcome"] == "failed"
    assert [statement["state"] for statement in done.summary["snapshot"]["sql"]] == ["waiting", "waiting", "error"]
    assert independent.topics(done.summary["run_id"]) == []


def test_a_poison_record_ends_the_run_with_flinks_root_exception(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    before = set(independent.topics("orders-input"))
    run = start_run(project, "--duration=100s", "--message-rate=50")
    run.until_said("running: sending the planned load")
    (topic,) = set(independent.topics("orders-input")) - before
    independent.send(topic, b"not a Confluent-framed record")
    done = run.finish()
    assert done.exit_code == 3
    assert "Magic number does not match" in done.out
    assert "Flink job" in done.out
    # Long before the planned end: a job that circles is a failure, not something to wait for.
    assert done.summary["snapshot"]["run"]["elapsed_s"] < 40
    assert done.summary["snapshot"]["flink"]["status"] == "error"
    snapshot = done.summary["snapshot"]
    assert snapshot["errors"][0]["component"] == "flink"
    poison = next(error for error in snapshot["errors"] if error["rule"] == "flink.poison_record")
    assert (poison["category"], poison["severity"]) == ("serialisation", "critical")
    # Flink's own clock says when the job failed: the error was told soon after. A busy machine may be late by much.
    failed = min(
        datetime.fromisoformat(step["at"])
        for step in snapshot["flink"]["jobs"][0]["transitions"]
        if step["state"] in {"RESTARTING", "FAILING", "FAILED"}
    )
    delay_s = (datetime.fromisoformat(poison["first_at"]) - failed).total_seconds()
    _log.warning("a poison record: in the errors %.1f s after the job failed", delay_s)
    assert delay_s < 30
    # The other services are as well as before.
    assert (snapshot["kafka"]["status"], snapshot["registry"]["status"]) == ("running", "running")
    assert independent.running_jobs(done.summary["run_id"]) == []


@pytest.mark.heavy
def test_a_job_that_circles_without_progress_ends_the_run(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    # A restart strategy that never gives up: Flink itself would go on for ever.
    (project / "sql" / "00_settings.sql").write_text(
        "SET 'restart-strategy.type' = 'fixed-delay';\n"
        "SET 'restart-strategy.fixed-delay.attempts' = '100000';\n"
        "SET 'restart-strategy.fixed-delay.delay' = '500 ms';\n"
    )
    before = set(independent.topics("orders-input"))
    run = start_run(project, "--duration=100s", "--message-rate=50")
    run.until_said("running: sending the planned load")
    (topic,) = set(independent.topics("orders-input")) - before
    independent.send(topic, b"not a Confluent-framed record")
    done = run.finish()
    assert done.exit_code == 3
    assert "keeps restarting" in done.out
    assert "Magic number does not match" in done.out
    assert done.summary["snapshot"]["flink"]["restarts"] > 1
    assert independent.running_jobs(done.summary["run_id"]) == []


def test_a_cancelled_job_ends_the_run(
    project: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints
) -> None:
    run = start_run(project, "--duration=100s", "--message-rate=50")
    run.until_said("running: sending the planned load")
    job_id = until(
        lambda: next((j["jid"] for j in independent.flink("/jobs/overview")["jobs"] if j["state"] == "RUNNING"), None),
        "running job",
    )
    httpx2.patch(f"{endpoints.flink_url}/jobs/{job_id}?mode=cancel").raise_for_status()
    done = run.finish()
    assert done.exit_code == 3
    assert "was cancelled" in done.out


@pytest.mark.parametrize(
    ("flag", "service"),
    [
        ("--bootstrap-servers=127.0.0.1:1", "Kafka"),
        ("--flink-url=http://127.0.0.1:1", "Flink"),
        ("--sql-gateway-url=http://127.0.0.1:1", "SQL gateway"),
        ("--schema-registry-url=http://127.0.0.1:1", "schema registry"),
    ],
)
def test_a_service_that_does_not_answer_is_named(project: Path, start_run: StartRun, flag: str, service: str) -> None:
    done = start_run(project, "--duration=5s", flag).finish()
    assert done.exit_code == 3
    assert service in done.out
    assert "127.0.0.1:1" in done.out
    assert "Traceback" not in done.out + done.err


def test_a_service_of_the_wrong_kind_is_not_taken_for_the_right_one(
    project: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    done = start_run(project, f"--sql-gateway-url={endpoints.flink_url}").finish()
    assert done.exit_code == 3
    assert "SQL gateway" in done.out


def test_expected_messages_that_do_not_come_make_the_run_incomplete(project: Path, start_run: StartRun) -> None:
    files = [f"--junit={project / 'junit.xml'}", f"--reports-dir={project / 'reports'}"]
    waits = ["--expected-messages=1000", "--pipeline-timeout=10s", "--threshold=error_rate<1%"]
    done = start_run(project, "--duration=2s", *waits, *files, env=LENIENT).finish()
    assert done.exit_code == 3, done.err
    assert (done.summary["outcome"], done.summary["verdict"]["outcome"]) == ("incomplete", "fail")
    assert "800 of 1" in done.out.replace("\u2009", " ")
    assert "did not come out within 10s" in done.summary["snapshot"]["headline"]["text"]
    assert 'errors="1"' in (project / "junit.xml").read_text()
    assert len(list((project / "reports").iterdir())) == 1


def test_check_says_which_service_is_missing_with_exit_code_2(endpoints: Endpoints, tmp_path: Path) -> None:
    assert pipegen("check", *service_flags(endpoints), cwd=tmp_path).exit_code == 0
    done = pipegen("check", *service_flags(endpoints), "--flink-url=http://127.0.0.1:1", "--format=json", cwd=tmp_path)
    assert done.exit_code == 2
    assert '"critical"' in done.out
