"""Feeding inputs: every input the SQL reads, also from files and captures, by one or several processes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipegen.stack import Endpoints
from tests.cases.conftest import CaseProject
from tests.cases.test_capture import captured
from tests.cases.whole_scripts import counted, rows, run_script
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
LOAD = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=60s")
SENT = 300
CUSTOMERS = {1: "Ada", 2: "Émile", 3: "Grace"}
FILES = "inputs:\n  orders: {file: orders.csv, rate: 60}\n  customers: {file: customers.csv, traffic: '1s-2s:200%'}\n"


def test_a_project_folder_feeds_every_input_that_its_sql_reads(
    case_project: CaseProject, start_run: StartRun, independent: Independent
) -> None:
    project = case_project("from-in-brackets/join-in-brackets")
    with (project / ".pipegen.yaml").open("a") as settings:
        settings.write("outputs: {out_orders: {expected_messages: 100}}\n")
    done = start_run(project, *LOAD, "--no-cleanup", "--threshold=inputs.rates.rate>=0.9*plan", env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    inputs, _ = counted(done, independent)
    assert {name: each["total"] for name, each in inputs.items()} == {"orders": SENT / 2, "rates": SENT / 2}
    assert "starting: input rates\n" in done.err


def write_files(folder: Path) -> None:
    lines = [f"{number},{number % 3 + 1},2026-01-02 03:04:{number:02}.500" for number in range(30)]
    (folder / "orders.csv").write_text("\n".join(("order_id,customer_id,placed", *lines)) + "\n")
    named = [f"{number},{name}" for number, name in CUSTOMERS.items()]
    (folder / "customers.csv").write_text("\n".join(("customer_id,name", *named)) + "\n")


def test_files_and_captures_feed_several_inputs_of_any_format_with_keys(
    tmp_path: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints
) -> None:
    write_files(tmp_path)
    done = run_script(start_run, tmp_path, "from_files.sql", settings=FILES)
    inputs, outputs = counted(done, independent)
    assert (inputs["orders"]["total"], inputs["customers"]["total"]) == (180, 40 * 2 + 80)
    customers = Counter(number % 3 + 1 for _ in range(6) for number in range(30))
    twins = Counter(number % 3 + 1 for number in range(160))
    assert outputs["named"]["total"] == sum(customers[each] * twins[each] for each in CUSTOMERS)
    found = rows(independent, outputs["named"])
    assert {row["name"] for row in found} == set(CUSTOMERS.values())
    assert {row["placed"] for row in found} == {f"2026-01-02 03:04:{number:02}.5" for number in range(30)}
    assert "partners for the records of orders come from a file" in done.err

    topics = [inputs[name]["topic"] for name in ("orders", "customers")]
    for name, topic in zip(("orders", "customers"), topics, strict=True):
        options = ["--raw"] if name == "customers" else []
        kept = captured(topic, "-o", tmp_path / f"{name}.avro", "--last", "1h", *options, endpoints=endpoints)
        assert kept.exit_code == 0, kept.out + kept.err
    again = run_script(start_run, tmp_path, "from_files.sql", settings=FILES.replace(".csv", ".avro"))
    _, outputs = counted(again, independent)
    assert {row["name"] for row in rows(independent, outputs["named"])} == set(CUSTOMERS.values())
    assert outputs["named"]["total"] > 0


def test_several_processes_send_to_several_inputs(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "regular_join.sql", "--producers=2")
    counted(done, independent)
    assert done.summary["delivered_total"] == SENT
    for number, each in enumerate(done.summary["snapshot"]["inputs"]):
        seen = independent.identities(each["topic"])
        assert len(seen) == each["total"], "no two records have the same input, worker and number"
        assert {record[:2] for record in seen} == {number.to_bytes(2, "big")}


def test_values_that_the_sql_compares_occur_and_groups_have_more_than_one_record(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "literals.sql")
    _, outputs = counted(done, independent)
    assert set(outputs) == {"urgent", "paid_after_new", "per_user"}
    assert {row["word"] for row in rows(independent, outputs["urgent"])} == {"two", "other"}
    assert {row["users"] for row in rows(independent, outputs["paid_after_new"])} == {1}
    assert max(row["seen"] for row in rows(independent, outputs["per_user"])) > 1
    told = "status is one of A, B, new, paid, other, because the SQL compares it with A, B, new, paid: a guess;"
    assert told in done.err
    assert "override it with inputs.events.hints.status" in done.err
