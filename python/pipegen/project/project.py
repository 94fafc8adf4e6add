"""A project folder opened: settings-derived paths, the input's schema, and the statements of its SQL.

What the SQL means is known once Flink has read it: see :mod:`pipegen.project.flink_project`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from pipegen.avro import InputSchema, load_schema
from pipegen.choices import Shape
from pipegen.config import Settings
from pipegen.config.load import PROJECT_FILE_NAME
from pipegen.errors import ProjectError
from pipegen.project.interface import InputFacts, OutputFacts
from pipegen.project.named_in_sql import NamedInSql
from pipegen.project.plan.isolate import IsolatedStatement, ShownStatement, isolated, shown
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_files
from pipegen.project.plan.statement import STARTS_JOB, Statement

UNREAD: Final = "Flink has not read the SQL yet"


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """An opened project folder, before Flink has read its SQL: what depends on that is not known, and says so.

    Attributes:
        dir: The folder.
        name: The pipeline's name: the setting ``name``, else the folder's.
        input_schema_path: Where the input's schema stands.
        input_schema: The schema.
        sql_dir: The folder of the SQL files.
        written: All statements, files in order of their names.
        chosen_shape: The shape that the settings say.
    """

    dir: Path
    name: str
    input_schema_path: Path
    input_schema: InputSchema
    sql_dir: Path
    written: tuple[Statement, ...]
    chosen_shape: Shape | None = None

    @property
    def inputs(self) -> tuple[InputFacts, ...]:
        """The one input."""
        return (InputFacts("input", "", None, self.input_schema),)

    @property
    def outputs(self) -> tuple[OutputFacts, ...]:
        """One output, whatever it is."""
        return (OutputFacts("output", "", None, self.shape, None, UNREAD),)

    @property
    def schema_paths(self) -> tuple[Path, ...]:
        """The input's schema, and the files beside it whose types it may name."""
        return tuple(dict.fromkeys((self.input_schema_path, *sorted(self.input_schema_path.parent.glob("*.avsc")))))

    @property
    def sql_files(self) -> tuple[Path, ...]:
        """The files of the SQL."""
        return tuple(sorted({statement.place.file for statement in self.written}))

    @property
    def statements(self) -> tuple[ShownStatement, ...]:
        """All statements, without secrets."""
        return tuple(map(shown, self.written))

    @property
    def shape(self) -> Shape:
        """The one that claims nothing, where none is set."""
        return self.chosen_shape or "aggregate"

    @property
    def shape_reason(self) -> str:
        """Why, in words."""
        return "set by pipeline.shape" if self.chosen_shape else UNREAD

    read: ClassVar[bool] = False
    latency_source: ClassVar[None] = None
    latency_reason: ClassVar[str] = UNREAD
    input_format: ClassVar[None] = None
    output_name: ClassVar[None] = None
    output_format: ClassVar[None] = None
    output_fields: ClassVar[None] = None
    framed: ClassVar[bool] = True
    reads_from_beginning: ClassVar[bool] = False
    exactly_once: ClassVar[bool] = False
    bounded_source: ClassVar[bool] = False
    sent_first: ClassVar[bool] = False
    zoned_columns: ClassVar[frozenset[str]] = frozenset()
    leading_statements: ClassVar[frozenset[int]] = frozenset()

    def sources(self, _variables: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """None are known."""
        return frozenset(), frozenset()

    def fed_by(self, _statement: int) -> tuple[str, ...]:
        """None are known."""
        return ()

    def named(self, _variables: Mapping[str, str]) -> NamedInSql:
        """Nothing is known of it."""
        return NamedInSql()

    def render(self, variables: Mapping[str, str]) -> list[IsolatedStatement]:
        """The statements with every ``${NAME}`` filled in.

        Raises:
            ProjectError: for a variable that does not exist, naming file, line and the nearest.
        """
        return isolated([Planned(statement) for statement in self.written], None, variables, {})


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
    statements = tuple(split_files(sql_files(sql_dir)))
    if not any(statement.kind in STARTS_JOB for statement in statements):
        raise ProjectError(
            f"{sql_dir}: no statement in any file starts a job, so there is no pipeline to run",
            remedy="Write an INSERT from the source table into the sink table.",
        )
    return ProjectFolder(
        dir=project_dir,
        name=pipeline_name(project_dir, settings),
        input_schema_path=schema_path,
        input_schema=schema,
        sql_dir=sql_dir,
        written=statements,
        chosen_shape=settings.pipeline.shape,
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
