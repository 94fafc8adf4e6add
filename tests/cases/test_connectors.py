"""Scripts over other connectors than Kafka: fed and read back through topics of the run, nothing written elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.stack import Endpoints
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, pipegen, service_flags

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"
LOAD = ("--duration=4s", "--message-rate=90", "--pipeline-timeout=60s")
EACH = 120


def test_five_connectors_run_as_they_are_and_nothing_is_written_through_them(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    written = tmp_path / "written"
    script = tmp_path / "connectors.sql"
    script.write_text((SCRIPTS / "connectors.sql").read_text().replace("/nowhere", str(written)))
    done = start_run(tmp_path, f"--sql={script}", *LOAD, "--no-cleanup", env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    run_id = done.summary["run_id"]
    snapshot = done.summary["snapshot"]
    assert {each["name"]: each["total"] for each in snapshot["inputs"]} == {
        "payments": EACH,
        "visits": EACH,
        "sensors": EACH,
    }
    outputs = {each["name"]: each for each in snapshot["outputs"]}
    assert {name: outputs[name]["total"] for name in ("archive", "readings")} == {"archive": EACH, "readings": EACH}
    for topic in ("archive.filesystem", "readings"):
        records, _ = independent.read_all(f"{topic}-{run_id}")
        assert records == EACH
    # Each payment changes a total: the first of a currency is inserted, all others replace a row.
    records, _ = independent.read_all(f"totals.jdbc-{run_id}")
    assert records == outputs["totals"]["total"] == 2 * EACH - 2
    assert not written.exists()
    for sentence in (
        "payments: PipeGen feeds it in place of the connector faker",
        "sensors: PipeGen feeds it in place of the connector kinesis",
        "totals: its rows go to a topic of the run's own; nothing is written to the connector jdbc",
    ):
        assert sentence in done.out + done.err
    kept = [path.read_bytes() for folder in ("runs", "reports") for path in (tmp_path / folder).rglob("*.*")]
    assert not any(b"hidden-word" in text for text in (*kept, done.out.encode(), done.err.encode()))


def test_values_follow_the_options_of_the_generator(tmp_path: Path, endpoints: Endpoints) -> None:
    flags = (f"--sql={SCRIPTS / 'connectors.sql'}", f"--project-dir={tmp_path}")
    gateway = f"--sql-gateway-url={endpoints.sql_gateway_url}"
    made = {}
    for name in ("payments", "visits"):
        done = pipegen("generate", *flags, gateway, "-n", "200", f"--input={name}")
        assert done.exit_code == 0, done.err
        made[name] = [json.loads(line) for line in done.out.splitlines()]
    assert {each["currency"] for each in made["payments"]} == {"EUR", "USD"}
    assert all(5 <= float(each["amount"]) <= 50 for each in made["payments"])
    assert [each["visit_id"] for each in made["visits"]] == list(range(1, 201))
    assert {each["pages"] for each in made["visits"]} == set(range(1, 8))


def test_a_lookup_join_names_the_connector_that_it_needs(
    tmp_path: Path, endpoints: Endpoints, independent: Independent
) -> None:
    before = independent.topics("")
    done = pipegen("run", f"--sql={SCRIPTS / 'lookup.sql'}", f"--project-dir={tmp_path}", *service_flags(endpoints))
    assert done.exit_code == 2
    assert "a lookup join needs its real connector: add org.apache.flink:flink-connector-jdbc" in done.err
    assert set(independent.topics("")) <= set(before)
