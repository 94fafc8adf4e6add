"""``pipegen init`` writes a project that validates, and never overwrites unasked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.cli.init import write_sql_project
from pipegen.config import load_settings, setting_keys
from pipegen.errors import ProjectError
from pipegen.project import sql_paths
from tests.tooling.checkout import committed_files
from tests.unit.project_folder import write_orders

EXAMPLE = Path(__file__).parents[2] / "examples" / "orders"


def init(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["init", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def tracked_files(folder: Path) -> dict[str, str]:
    """Not what a run in that folder left behind."""
    tracked = [path for path in committed_files() if folder in path.parents]
    return {str(path.relative_to(folder)): path.read_text() for path in tracked}


def files_under(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_example_in_the_repository_is_what_init_writes() -> None:
    init("orders")
    assert files_under(Path("orders")) == tracked_files(EXAMPLE)


def test_what_init_writes_validates_without_a_warning() -> None:
    init("orders")
    result = CliRunner().invoke(app, ["validate", "--project-dir", "orders"])
    assert result.exit_code == 0
    assert "0 errors, 0 warnings" in result.output


def test_every_line_of_the_settings_is_a_real_setting_commented_or_not() -> None:
    init("orders")
    file = Path("orders/.pipegen.yaml")
    text = re.sub(r"^(\s*)# ?(?=\s*[a-z_]+:)", r"\1", file.read_text(), flags=re.MULTILINE)
    file.write_text(text)
    resolved = load_settings(project_dir=Path("orders"), flags={}, environ={})
    assert {"stack", "pipeline.shape", "pipeline.hints", "dashboard.theme", "traffic_pattern"} <= set(resolved.sources)
    assert {key.partition("[")[0] for key in resolved.sources} <= set(setting_keys())


def test_the_commented_settings_show_the_defaults() -> None:
    init("orders")
    file = Path("orders/.pipegen.yaml")
    shown = dict(re.findall(r"^\s*# ([a-z_]+): +([^#\n]*[^#\s])", file.read_text(), flags=re.MULTILINE))
    rows = {
        key.rpartition(".")[2]: value for key, value, _ in load_settings(project_dir=None, flags={}, environ={}).rows()
    }
    examples = {"traffic_pattern", "key", "shape", "quantity", "hints", "faults", "late", "duplicates", "rules"}
    assert {key: value for key, value in shown.items() if key not in examples} == {
        key: rows[key] for key in shown if key not in examples
    }


def test_files_that_exist_are_kept_unless_forced() -> None:
    init("orders")
    sql = Path("orders/sql/03_process.sql")
    sql.write_text("-- mine")
    Path("orders/README.md").unlink()
    with pytest.raises(ProjectError, match=r"03_process\.sql exist already"):
        init("orders")
    assert sql.read_text() == "-- mine"
    assert not Path("orders/README.md").exists()
    init("orders", "--force")
    assert sql.read_text().startswith("-- One output record")


def test_a_folder_can_be_chosen_apart_from_the_name() -> None:
    output = init("orders", "--dir", "elsewhere/deep")
    assert "name: orders" in Path("elsewhere/deep/.pipegen.yaml").read_text()
    assert "cd elsewhere/deep" in output


@pytest.mark.parametrize("name", ["", "a b", "../up", "-x", "x.", "ü", "x" * 101, "a/b"])
def test_a_name_that_cannot_be_in_a_topic_is_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be the name of a project"):
        init("--", name)


def test_a_schema_of_ones_own_is_kept_as_it_is_and_its_project_validates() -> None:
    text = """{"type": "record", "name": "PageView", "fields": [
      {"name": "hdr", "type": "string"}, {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A"]}},
      {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]}]}
"""
    Path("view.avsc").write_text(text)
    init("views", "--input-schema", "view.avsc")
    assert Path("views/schemas/input.avsc").read_text() == text
    source = Path("views/sql/01_source.sql").read_text()
    assert "`pipegen_hdr` MAP<STRING, BYTES> METADATA FROM 'headers'" in source
    assert "'value.avro-confluent.schema' = '" in source
    result = CliRunner().invoke(app, ["validate", "--project-dir", "views"])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            '{"type": "record", "name": "A", "fields": [{"name": "x", "type": ["int", "string"]}]}',
            "$.fields[0].type: Flink",
        ),
        (
            '{"type": "record", "name": "A", "fields": [{"name": "x", "type": "strng"}]}',
            ":1: $.fields[0].type: no type is named",
        ),
        ("{", ":1:2: not valid JSON"),
    ],
)
def test_a_schema_that_cannot_be_used_leaves_nothing_behind(schema: str, message: str) -> None:
    Path("in.avsc").write_text(schema)
    with pytest.raises(ProjectError, match=re.escape(message)):
        init("views", "--input-schema", "in.avsc")
    assert not Path("views").exists()


def test_a_place_that_cannot_be_written_is_a_sentence() -> None:
    Path("taken").write_text("a file")
    with pytest.raises(ProjectError, match="cannot be written"):
        init("orders", "--dir", "taken/below")


def test_columns_of_a_table_are_parted_by_commas_and_the_last_has_none(tmp_path: Path) -> None:
    folder = write_orders(tmp_path / "orders")
    for file in ("01_source.sql", "02_sink.sql"):
        text = (folder / "sql" / file).read_text(encoding="utf-8")
        columns = text.partition("(\n")[2].partition("\n) WITH")[0].splitlines()
        assert [line.rstrip().endswith(",") for line in columns] == [True] * (len(columns) - 1) + [False]


def test_sql_of_ones_own_becomes_a_project_that_runs_it_as_it_is(tmp_path: Path) -> None:
    sql = "-- mine; ${not_a_variable}\nSELECT 1;\n"
    (tmp_path / "my_job.sql").write_text(sql)
    folder = tmp_path / "billing"
    write_sql_project("billing", [tmp_path / "my_job.sql"], folder=folder, alone=True, force=False)
    assert (folder / "sql/my_job.sql").read_text() == sql
    settings = load_settings(project_dir=folder, flags={}, environ={}).settings
    assert (settings.name, settings.pipeline.sql) == ("billing", (Path("sql/my_job.sql"),))
    assert [path.absolute() for path in sql_paths(folder, settings)] == [folder / "sql/my_job.sql"]


def test_two_files_of_one_name_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    files = [tmp_path / "a" / "job.sql", tmp_path / "b" / "job.sql"]
    for file in files:
        file.parent.mkdir()
        file.write_text("SELECT 1")
    with pytest.raises(ProjectError, match=r"two files are called job\.sql"):
        write_sql_project("billing", files, folder=tmp_path / "billing", alone=True, force=False)
    assert not (tmp_path / "billing").exists()


def test_a_hint_that_the_generator_refuses_stops_init_before_anything_is_written() -> None:
    field = '{"name": "x", "type": "string", "pipegen": {"one_off": ["a"]}}'
    Path("in.avsc").write_text(f'{{"type": "record", "name": "A", "fields": [\n{field}]}}')
    result = CliRunner().invoke(app, ["init", "p", "--input-schema", "in.avsc", "--dir", "deep/down"])
    assert isinstance(result.exception, ProjectError)
    assert result.exception.message.startswith("in.avsc:2: $.fields[0].pipegen: ")
    assert sorted(each.name for each in Path().iterdir()) == ["in.avsc"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind_and_keeps_what_was_there() -> None:
    Path("p/sql").mkdir(parents=True)
    Path("p/.pipegen.yaml").write_text("mine")
    Path("p/README.md").mkdir()  # the last one to be written
    result = CliRunner().invoke(app, ["init", "p", "--force"])
    assert isinstance(result.exception, ProjectError)
    assert "p/README.md" in result.exception.message
    assert [str(each) for each in sorted(Path("p").rglob("*"))] == ["p/.pipegen.yaml", "p/README.md", "p/sql"]
    assert Path("p/.pipegen.yaml").read_text() == "mine"


def test_a_schema_that_is_probably_not_meant_is_told_when_the_project_is_written() -> None:
    text = '{"type": "record", "name": "A", "namespace": "a-b", "fields": [{"name": "x", "type": "int"}]}'
    Path("in.avsc").write_text(text)
    assert 'warning: in.avsc:1: $.namespace: the namespace "a-b"' in init("p", "--input-schema", "in.avsc")
    assert "0 errors, 1 warning" in CliRunner().invoke(app, ["validate", "--project-dir", "p"]).output
