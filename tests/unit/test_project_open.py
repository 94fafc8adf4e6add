"""A project opens with everything a run needs, or says what is missing where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipegen.config import Settings
from pipegen.errors import ProjectError
from pipegen.project import VARIABLES, open_project
from tests.unit.project_folder import change, write_orders


def test_the_example_opens_with_its_schema_and_statements_and_leaves_their_meaning_open(tmp_path: Path) -> None:
    project = open_project(write_orders(tmp_path), Settings(name="orders"))
    assert project.name == "orders"
    assert project.input_schema.name == "com.example.shop.Order"
    assert [statement.kind for statement in project.statements] == ["create_table", "create_table", "insert"]
    assert (project.read, project.latency_source, project.outputs[0].latency_reason) == (
        False,
        None,
        "Flink has not read the SQL yet",
    )
    last = project.statements[-1]
    assert (last.file, last.line) == (tmp_path / "sql/03_process.sql", 3)


def test_without_a_name_the_project_is_called_as_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_orders(tmp_path))
    assert open_project(Path(), Settings()).name == tmp_path.name


def test_the_shape_can_be_set(tmp_path: Path) -> None:
    settings = Settings.model_validate({"pipeline": {"shape": "aggregate"}})
    project = open_project(write_orders(tmp_path), settings)
    assert (project.shape, project.shape_reason) == ("aggregate", "set by pipeline.shape")


def test_rendering_leaves_no_variable_open(tmp_path: Path) -> None:
    project = open_project(write_orders(tmp_path), Settings())
    rendered = project.render(dict.fromkeys(VARIABLES, "value"))
    assert not any("${" in statement.text for statement in rendered)
    assert "'topic' = 'value'" in rendered[0].text


def test_other_folders_for_schema_and_sql_are_respected(tmp_path: Path) -> None:
    write_orders(tmp_path)
    (tmp_path / "sql").rename(tmp_path / "queries")
    (tmp_path / "schemas/input.avsc").rename(tmp_path / "order.avsc")
    settings = Settings.model_validate({"pipeline": {"sql_dir": "queries", "input_schema": "order.avsc"}})
    assert open_project(tmp_path, settings).sql_dir == tmp_path / "queries"


def remove_settings(folder: Path) -> None:
    (folder / ".pipegen.yaml").unlink()


def remove_schema(folder: Path) -> None:
    (folder / "schemas/input.avsc").unlink()


def remove_sql_dir(folder: Path) -> None:
    shutil.rmtree(folder / "sql")


def remove_sql_files(folder: Path) -> None:
    for file in (folder / "sql").iterdir():
        file.unlink()


def remove_insert(folder: Path) -> None:
    (folder / "sql/03_process.sql").write_text("-- later")


def remove_all(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("damage", "place", "reason"),
    [
        (remove_all, "", "no such folder"),
        (remove_settings, "", "there is no .pipegen.yaml"),
        (remove_schema, "/schemas/input.avsc", "no such file"),
        (remove_sql_dir, "/sql", "no such folder"),
        (remove_sql_files, "/sql", "has no .sql file"),
        (remove_insert, "/sql", "starts a job"),
    ],
)
def test_what_is_missing_is_named_with_a_remedy(
    damage: Callable[[Path], None], place: str, reason: str, tmp_path: Path
) -> None:
    folder = write_orders(tmp_path / "p")
    damage(folder)
    with pytest.raises(ProjectError) as caught:
        open_project(folder, Settings())
    assert caught.value.message.startswith(f"{folder}{place}: ")
    assert reason in caught.value.message
    assert caught.value.remedy


def test_sql_that_is_not_text_is_refused(tmp_path: Path) -> None:
    write_orders(tmp_path)
    (tmp_path / "sql/00_binary.sql").write_bytes(b"\xff\xfe")
    with pytest.raises(ProjectError, match="not UTF-8"):
        open_project(tmp_path, Settings())


def test_an_unknown_variable_shows_when_rendering(tmp_path: Path) -> None:
    change(write_orders(tmp_path) / "sql/02_sink.sql", "${OUTPUT_TOPIC}'", "${OUTPUT}'")
    project = open_project(tmp_path, Settings())
    with pytest.raises(ProjectError, match=r"02_sink\.sql:16:\d+: unknown variable \$\{OUTPUT\}"):
        project.render(dict.fromkeys(VARIABLES, "x"))
