"""``generate``, ``validate`` and ``capacity`` of SQL that is taken as it is: Flink's answers come from a record."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import fastavro
import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.errors import EXIT_CONFIG
from pipegen.planner import ScriptPlan
from pipegen.project import Finding
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Latency, Output, Topology
from pipegen.project.plan.topology import Path as Way

PLACE = Place(Path("job.sql"), 1, 1)
GENERATE = ("generate", "--start=2026-11-05T09:30:00Z", "-n", "3")


def fed(name: str, form: str = "json") -> Input:
    columns = (TableColumn("id", "INT", nullable=False), TableColumn("kind", "STRING", nullable=False))
    table = FlinkTable(
        TableName("c", "d", name), columns, options={"connector": "kafka", "topic": name, "format": form}
    )
    return Input(name, (name,), (table,))


def plan_of(*inputs: Input, findings: tuple[Finding, ...] = ()) -> ScriptPlan:
    ways = tuple(Way(each.name, "out", "one_to_one", (), (), Latency("header", "arrives"), PLACE) for each in inputs)
    output = Output("out", ("out",), fed("out").tables, (), ("I",), ways, PLACE)
    return ScriptPlan(Topology(inputs=inputs, outputs=(output,)), findings, {})


Planned = Callable[[ScriptPlan], Path]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planned:
    """A script of which Flink says this."""

    def plan(told: ScriptPlan) -> Path:
        script = tmp_path / "job.sql"
        script.write_text("INSERT INTO out SELECT * FROM orders;\n")
        monkeypatch.setattr("pipegen.cli.flink_plan.plan_project", lambda _dir, _resolved: told)
        monkeypatch.chdir(tmp_path)
        return script

    return plan


def test_records_of_an_input_are_made_from_its_columns(planned: Planned) -> None:
    script = planned(plan_of(fed("orders"), fed("rates")))
    done = CliRunner().invoke(app, [*GENERATE, f"--sql={script}", "--input=rates"])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(line) for line in lines] == [["id", "kind"]] * 3
    assert CliRunner().invoke(app, [*GENERATE, f"--sql={script}", "--input=rates"]).stdout == done.stdout
    assert CliRunner().invoke(app, [*GENERATE, f"--sql={script}", "--input=orders"]).stdout != done.stdout


@pytest.mark.parametrize("form", ["json", "avro-confluent"])
def test_they_are_written_as_avro_whatever_the_table_reads(planned: Planned, form: str) -> None:
    script = planned(plan_of(fed("orders", form)))
    done = CliRunner().invoke(app, [*GENERATE, f"--sql={script}", "--format=avro", "--output=a.avro"])
    assert done.exit_code == 0, done.output
    assert len(list(fastavro.reader(io.BytesIO(Path("a.avro").read_bytes())))) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the SQL has several inputs (orders, rates)"),
        (["--input=rate"], "--input rate: the SQL has no such input"),
    ],
)
def test_an_input_that_is_not_clear_is_a_sentence(planned: Planned, arguments: list[str], told: str) -> None:
    script = planned(plan_of(fed("orders"), fed("rates")))
    done = CliRunner().invoke(app, [*GENERATE, f"--sql={script}", *arguments])
    assert told in str(getattr(done.exception, "message", done.output))


def validated(script: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["validate", f"--sql={script}", *arguments])
    return done.exit_code, done.stdout


def test_without_flink_only_what_it_is_not_needed_for_is_checked(planned: Planned) -> None:
    script = planned(plan_of())
    script.write_text("SET 'execution.target' = 'yarn-session';\nSELECT nosuch FROM nowhere;\n")
    code, told = validated(script)
    assert code == 0
    assert "job.sql:1:1: in a run execution.target is left out" in told
    assert "only Flink can say what this SQL means" in told
    assert "nothing is wrong as far as Flink is not asked" in told


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("", "no statement in it"),
        ("INSERT INTO a\nSELECT '${INPUT_TOPI}' FROM b", "job.sql:2:9: unknown variable ${INPUT_TOPI}"),
    ],
)
def test_what_is_wrong_without_flink_has_its_place(planned: Planned, sql: str, told: str) -> None:
    script = planned(plan_of())
    script.write_text(sql)
    code, text = validated(script)
    assert (code, told in text) == (EXIT_CONFIG, True), text


def test_a_file_that_is_not_there_and_a_script_that_starts_no_job_are_told(planned: Planned) -> None:
    script = planned(plan_of())
    assert "cannot be read" in validated(script.with_name("other.sql"))[1]
    script.write_text("CREATE TABLE a (b INT)")
    assert "no statement starts a job" in validated(script)[1]


def test_with_flink_what_a_run_would_refuse_is_told_too(planned: Planned) -> None:
    script = planned(plan_of(fed("orders", "protobuf")))
    code, told = validated(script, "--flink")
    assert code == EXIT_CONFIG
    assert "orders reads the format protobuf, which PipeGen does not make" in told


def test_a_schema_file_of_an_input_is_read(planned: Planned) -> None:
    planned(plan_of())
    Path(".pipegen.yaml").write_text("pipeline: {sql: [job.sql]}\ninputs: {orders: {schema: nowhere.avsc}}\n")
    done = CliRunner().invoke(app, ["validate"])
    assert (done.exit_code, "nowhere.avsc" in done.stdout) == (EXIT_CONFIG, True)
