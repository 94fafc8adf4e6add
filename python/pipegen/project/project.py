"""A project folder opened: settings-derived paths, the input's schema, and the SQL understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.avro import InputSchema, load_schema
from pipegen.choices import Shape
from pipegen.config import Settings
from pipegen.config.load import PROJECT_FILE_NAME
from pipegen.errors import ProjectError
from pipegen.project.flow import bounded_source, leading_statements, tables_on_the_way, topics_of, writes_exactly_once
from pipegen.project.interface import InputFacts, OutputFacts, PathFacts
from pipegen.project.latency import LatencyFinding, LatencySource, find_latency_source
from pipegen.project.named_options import NamedInSql, named_in_sql
from pipegen.project.script import Script, read_script
from pipegen.project.shape import explain_shape
from pipegen.project.statements import SqlStatement, filled, read_statements, render

_ZONED: Final = re.compile(r"(?i)\bTIMESTAMP_LTZ\b|\bLOCAL\s+TIME\s+ZONE\b")


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """An opened project folder.

    Attributes:
        dir: The folder.
        name: The pipeline's name: the setting ``name``, else the folder's.
        input_schema_path: Where the input's schema stands.
        input_schema: The schema.
        sql_dir: The folder of the SQL files.
        statements: All statements, files in order of their names.
        script: The statements taken together: tables, views, INSERTs.
        shape: How output records relate to input records.
        shape_reason: Why, in words.
        latency: How end-to-end latency can be measured.
    """

    dir: Path
    name: str
    input_schema_path: Path
    input_schema: InputSchema
    sql_dir: Path
    statements: tuple[SqlStatement, ...]
    script: Script
    shape: Shape
    shape_reason: str
    latency: LatencyFinding

    @property
    def inputs(self) -> tuple[InputFacts, ...]:
        """The one input."""
        table = self.script.input_table()
        name = "input" if table is None else table.name
        return (InputFacts(name, "", self.input_format, self.input_schema),)

    @property
    def outputs(self) -> tuple[OutputFacts, ...]:
        """The one output."""
        name = self.output_name or "output"
        (source,) = self.inputs
        return (
            OutputFacts(
                name,
                "",
                self.output_format,
                self.shape,
                self.latency_source,
                self.latency_reason,
                paths=(PathFacts(source.name, self.shape),),
                fields=None if self.output_fields is None else tuple(self.output_fields),
            ),
        )

    @property
    def schema_paths(self) -> tuple[Path, ...]:
        """The input's schema, and the files beside it whose types it may name."""
        return tuple(dict.fromkeys((self.input_schema_path, *sorted(self.input_schema_path.parent.glob("*.avsc")))))

    @property
    def sql_files(self) -> tuple[Path, ...]:
        """The files of the SQL."""
        return tuple(sorted({statement.file for statement in self.statements}))

    @property
    def input_format(self) -> str | None:
        """Format of the table that reads the input topic; None when not known."""
        table = self.script.input_table()
        return None if table is None else table.format

    @property
    def framed(self) -> bool:
        """Avro values always carry the id of their schema."""
        return True

    @property
    def reads_from_beginning(self) -> bool:
        """Whether the input is read from its beginning on."""
        table = self.script.input_table()
        return table is not None and table.options.get("scan.startup.mode") == "earliest-offset"

    @property
    def output_name(self) -> str | None:
        """The table that writes the output topic."""
        table = self.script.output_table()
        return None if table is None else table.name

    @property
    def output_fields(self) -> tuple[str, ...] | None:
        """Top-level fields of the output's records; None where the SQL does not tell."""
        table = self.script.output_table()
        if table is None or table.format is None or table.format.endswith("raw"):
            return None
        return tuple(column.name for column in table.columns if column.physical)

    @property
    def zoned_columns(self) -> frozenset[str]:
        """Columns of the SQL whose times have the session's time zone."""
        columns = (column for table in self.script.tables for column in table.columns)
        return frozenset(column.name for column in columns if _ZONED.search(column.type))

    @property
    def output_format(self) -> str | None:
        """Format of the table that writes the output topic; None when not known."""
        table = self.script.output_table()
        return None if table is None else table.format

    @property
    def latency_source(self) -> LatencySource | None:
        """What output records are timed by; None when end-to-end latency is not measurable."""
        return self.latency.source

    @property
    def latency_reason(self) -> str:
        """Why, in words."""
        return ". ".join(part for part in (self.latency.reason, self.latency.remedy) if part)

    @property
    def exactly_once(self) -> bool:
        """Whether the SQL asks for an exactly-once sink, whose records appear at checkpoints."""
        return writes_exactly_once(self.script)

    def fed_by(self, statement: int) -> tuple[str, ...]:
        """The one output, of a statement that leads to it."""
        return tuple(each.name for each in self.outputs) if statement in self.leading_statements else ()

    @property
    def leading_statements(self) -> frozenset[int]:
        """The indexes of the statements whose jobs lead from the input to the output; the others may end."""
        return leading_statements(self.script, self.statements)

    def sources(self, variables: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """The topics and the tables that the jobs read on the way from the input to the output, and nobody else fills.

        Raises:
            ProjectError: for a variable that does not exist.
        """
        tables = tables_on_the_way(self.script)
        topics = frozenset(
            filled(topic, variables, table.statement.where) for table in tables for topic in topics_of(table)
        )
        return topics, frozenset(table.name for table in tables)

    @property
    def bounded_source(self) -> bool:
        """Whether the SQL bounds the Kafka source of the input, so that its job ends by itself."""
        return bounded_source(self.script) is not None

    def named(self, variables: Mapping[str, str]) -> NamedInSql:
        """What the SQL names on the services with variables.

        Raises:
            ProjectError: for a variable that does not exist.
        """
        return named_in_sql(self.statements, variables)

    def render(self, variables: Mapping[str, str]) -> list[SqlStatement]:
        """The statements with every ``${NAME}`` filled in.

        Raises:
            ProjectError: for a variable that does not exist, naming file, line and the nearest.
        """
        return [render(statement, variables) for statement in self.statements]


def open_project(project_dir: Path, settings: Settings) -> ProjectFolder:
    """Opens a project.

    Args:
        project_dir: The folder.
        settings: The settings in force.

    Raises:
        ProjectError: when the folder, its settings file, schema or SQL is missing or cannot be understood.
    """
    if settings.pipeline.sql:
        raise ProjectError(
            "pipeline.sql: SQL that is run as it is can be run and validated, and nothing else yet",
            remedy="Use `pipegen run` or `pipegen validate --flink`.",
        )
    check_folder(project_dir)
    schema_path = project_dir / settings.pipeline.input_schema
    schema = load_schema(schema_path)
    sql_dir = project_dir / settings.pipeline.sql_dir
    statements = tuple(read_statements(sql_files(sql_dir)))
    if not any(statement.inserts() for statement in statements):
        raise ProjectError(
            f"{sql_dir}: no INSERT INTO … in any file, so there is no pipeline to run",
            remedy="Write an INSERT from the source table into the sink table.",
        )
    script = read_script(statements)
    inference = explain_shape(script)
    chosen = settings.pipeline.shape
    return ProjectFolder(
        dir=project_dir,
        name=pipeline_name(project_dir, settings),
        input_schema_path=schema_path,
        input_schema=schema,
        sql_dir=sql_dir,
        statements=statements,
        script=script,
        shape=chosen or inference.shape,
        shape_reason="set as pipeline.shape" if chosen else f"inferred: {inference.reason} ({inference.where})",
        latency=find_latency_source(script),
    )


def pipeline_name(project_dir: Path, settings: Settings) -> str:
    """The setting ``name``, else the folder's."""
    return settings.name or project_dir.resolve().name


def check_folder(project_dir: Path) -> None:
    """Checks that the folder is a project.

    Raises:
        ProjectError: when it does not exist or has no settings file.
    """
    if not project_dir.is_dir():
        what = "is a file, not a folder" if project_dir.exists() else "no such folder"
        raise ProjectError(f"{project_dir}: {what}", remedy="Name the project with --project-dir.")
    if not (project_dir / PROJECT_FILE_NAME).is_file():
        raise ProjectError(
            f"{project_dir}: not a PipeGen project: there is no {PROJECT_FILE_NAME}",
            remedy="Name the project with --project-dir, or make one with: pipegen init NAME",
        )


def sql_paths(project_dir: Path, settings: Settings) -> list[Path]:
    """The SQL files of a project in their order: those that are run as they are, or those of its folder.

    Raises:
        ProjectError: when the folder is missing or has none.
    """
    if settings.pipeline.sql:
        return [_from_here(project_dir / file) for file in settings.pipeline.sql]
    return sql_files(project_dir / settings.pipeline.sql_dir)


def _from_here(file: Path) -> Path:
    """The path as people write it, where the file is in the current folder or below."""
    return file.relative_to(Path.cwd()) if file.is_absolute() and file.is_relative_to(Path.cwd()) else file


def sql_files(sql_dir: Path) -> list[Path]:
    """The SQL files in order of their names.

    Raises:
        ProjectError: when the folder is missing or has none.
    """
    files = sorted(sql_dir.glob("*.sql")) if sql_dir.is_dir() else []
    if not files:
        what = "has no .sql file" if sql_dir.is_dir() else "no such folder"
        raise ProjectError(f"{sql_dir}: {what}", remedy="The setting pipeline.sql_dir names the folder of the SQL.")
    return files
