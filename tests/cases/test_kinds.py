"""Kinds of SQL that people write, run as plain scripts: PipeGen's figures are those that an independent client counts.

The scripts are those of `projects` with names and addresses of somebody's own in place of PipeGen's variables, and
without their schema files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipegen.stack import Endpoints
from tests.cases.conftest import PROJECTS
from tests.cases.whole_scripts import States, counted
from tests.e2e.conftest import StartRun, cancel_all_jobs
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
LOAD = ("--duration=2s", "--message-rate=100", "--pipeline-timeout=45s", "--no-cleanup")
SENT = 200
THEIRS = {
    "${BOOTSTRAP_SERVERS}": "kafka.example.com:9092",
    "${SCHEMA_REGISTRY_URL}": "http://registry.example.com:8081",
    "${INPUT_TOPIC}": "kinds-in",
    "${OUTPUT_TOPIC}": "kinds-out",
    "${GROUP_ID}": "kinds-job",
    "${RUN_ID}": "kinds",
}

ONE_TO_ONE = {"out_orders": ("one_to_one", "header")}
FILTER = {"out_orders": ("filter", "header")}
KINDS: dict[str, dict[str, tuple[str, str | None]]] = {
    "addresses-in-sql/both-tables": ONE_TO_ONE,
    "alias-loses-latency/cte-alias": ONE_TO_ONE,
    "alias-loses-latency/explicit-table": ONE_TO_ONE,
    "alias-loses-latency/subquery-alias": ONE_TO_ONE,
    "alias-loses-latency/view-column-list": ONE_TO_ONE,
    "chained-inserts/two-jobs": FILTER,
    "cte-names/column-list": ONE_TO_ONE,
    "cte-names/in-view-and-subquery": FILTER,
    "ddl-that-changes-tables/alter-add": ONE_TO_ONE,
    "ddl-that-changes-tables/alter-set": ONE_TO_ONE,
    "ddl-that-changes-tables/drop-and-create": ONE_TO_ONE,
    "ddl-that-changes-tables/same-name-in-two-databases": {"b.orders": ("one_to_one", "header")},
    "dml-sync/dml-sync": ONE_TO_ONE,
    "dml-sync/reset": ONE_TO_ONE,
    "dollar-brace-in-strings/regex-group": ONE_TO_ONE,
    "from-in-brackets/join-in-brackets": {"out_orders": ("aggregate", "header")},
    "group-in-sql/group-literal": ONE_TO_ONE,
    "header-carried-in-name-only/map-behind-a-filter": {"res": ("filter", "trace:order_id")},
    "header-carried-in-name-only/map-called-hdr": {"out_orders": ("one_to_one", "trace:order_id")},
    "header-carried-in-name-only/null-called-hdr": {"res": ("one_to_one", "trace:order_id")},
    "json-time-format/bigint": ONE_TO_ONE,
    "json-time-format/no-standard": ONE_TO_ONE,
    "key-columns/json-key": ONE_TO_ONE,
    "key-columns/prefix-not-null": ONE_TO_ONE,
    "key-columns/raw-bigint": ONE_TO_ONE,
    "one-to-one-by-mistake/comma-join-values": {"out_orders": ("aggregate", "header")},
    "record-present-by-kind/events": {"res": ("filter", "header")},
    "second-sink-not-seen/two-sinks": {"all_orders": ("one_to_one", "header"), "big_orders": ("filter", "header")},
    "table-hints/at-the-end": ONE_TO_ONE,
    "table-hints/in-the-middle": FILTER,
    "table-hints/topic-in-hint": FILTER,
    "topic-nobody-creates/second-sink": {"all_orders": ("one_to_one", "header"), "big_orders": ("filter", "header")},
    "topic-nobody-creates/topic-list": ONE_TO_ONE,
    "type-spellings/charset": ONE_TO_ONE,
    "type-spellings/json-time-as-string": ONE_TO_ONE,
    "type-spellings/numeric": ONE_TO_ONE,
    "type-spellings/row-with-varchar": {"names": ("one_to_one", "header")},
    "type-spellings/smallint": ONE_TO_ONE,
    "type-spellings/time": ONE_TO_ONE,
    "type-spellings/timestamp-as-bigint": ONE_TO_ONE,
    "upsert-source-start/raw-key": {"latest": ("filter", "timestamp")},
    "wrong-output-table/dlq-first": {"rejected": ("one_to_one", "header"), "out_orders": ("filter", "header")},
    "wrong-output-table/payments-first": {"joined": ("aggregate", "trace:order_id")},
}


OF_A_KIND = "kind: {one_of: {0: 2, 1: 6, 2: 92}}, offer: {'null': 0}"
SETTINGS = {"record-present-by-kind/events": f"pipeline: {{hints: {{{OF_A_KIND}}}}}\n"}


@pytest.fixture(autouse=True)
def no_job_outlives_its_test(endpoints: Endpoints) -> Iterator[None]:
    """The topics of each run are kept to be counted, and its job would take a slot from the next."""
    yield
    cancel_all_jobs(endpoints.flink_url)


def plain_script(name: str, folder: Path) -> Path:
    """The SQL of `KIND/VARIANT` as its writer has it."""
    text = "\n".join(path.read_text() for path in sorted((PROJECTS / name / "sql").glob("*.sql")))
    for variable, value in THEIRS.items():
        text = text.replace(variable, value)
    script = folder / f"{name.replace('/', '-')}.sql"
    script.write_text(text)
    return script


def states(done: Finished, independent: Independent) -> States:
    """The outputs by name, each checked against its topic."""
    _, outputs = counted(done, independent)
    for each in outputs.values():
        if (each["shape"], each["traced_by"]) == ("one_to_one", "header"):
            figures = (each["total"], each["lost"], each["duplicated"], each["end_to_end"]["count"])
            assert figures == (SENT, 0, 0, SENT), each
    return outputs


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_sql_runs_with_figures_of_each_output(
    name: str, tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    (tmp_path / ".pipegen.yaml").write_text(SETTINGS.get(name, ""))
    done = start_run(tmp_path, f"--sql={plain_script(name, tmp_path)}", *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    outputs = states(done, independent)
    assert {each: (state["shape"], state["traced_by"]) for each, state in outputs.items()} == KINDS[name]
    check = CHECKS.get(name)
    if check is not None:
        check(done, outputs)


def rows_of_the_inputs_alone(done: Finished, outputs: States) -> None:
    assert done.summary["snapshot"]["flink"]["records_in_total"] == SENT


def each_record_comes_out_twice(done: Finished, outputs: States) -> None:
    out: Any = outputs["out_orders"]
    assert (out["total"], out["lost"]) == (2 * SENT, None)


def the_setting_is_told(done: Finished, outputs: States) -> None:
    assert "table.dml-sync" in done.err


CHECKS = {
    "chained-inserts/two-jobs": rows_of_the_inputs_alone,
    "dml-sync/dml-sync": the_setting_is_told,
    "one-to-one-by-mistake/comma-join-values": each_record_comes_out_twice,
}


def test_a_table_without_the_options_that_like_leaves_out_is_refused_in_flinks_words(
    tmp_path: Path, start_run: StartRun
) -> None:
    script = plain_script("like-excluding/excluding-options", tmp_path)
    done = start_run(tmp_path, f"--sql={script}", *LOAD, env=LENIENT).finish()
    assert done.exit_code == 2
    assert "Could not find required sink format 'value.format'" in done.err


def test_rows_that_the_sink_drops_for_a_null_are_not_called_lost(tmp_path: Path, start_run: StartRun) -> None:
    script = plain_script("one-to-one-by-mistake/not-null-drop", tmp_path)
    done = start_run(tmp_path, f"--sql={script}", *LOAD, env=LENIENT).finish()
    assert (done.exit_code, done.summary["lost"]) == (3, None)
    assert f"0 of {SENT} records came out: ConstraintEnforcer" in done.out


def test_the_group_that_the_sql_names_is_followed(tmp_path: Path, start_run: StartRun) -> None:
    script = plain_script("group-in-sql/group-literal", tmp_path)
    # Flink commits the group's offsets with a checkpoint, every 10 s.
    done = start_run(tmp_path, f"--sql={script}", *LOAD, "--duration=14s", env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["snapshot"]["flink"]["group_lag"] is not None


def test_a_batch_job_starts_once_the_load_has_been_sent_and_the_run_says_so(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    script = plain_script("batch-mode-unknown-state/batch", tmp_path)
    done = start_run(tmp_path, f"--sql={script}", *LOAD, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    states(done, independent)
    assert "batch: the load is sent first, then the job starts and reads it" in done.err
    assert done.err.index("running: sending the planned load") < done.err.index("submitting the SQL to Flink")
