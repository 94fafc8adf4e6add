"""Projects: folders with settings, a schema and Flink SQL; reads, understands, checks and scaffolds them.

Talks to no service. What Flink itself thinks of the SQL is known only when it is submitted.
"""

from pipegen.project.file_input import FileInput
from pipegen.project.findings import Finding, Severity
from pipegen.project.interface import InputFacts, Listed, OutputFacts, PathFacts, Project, ToSubmit
from pipegen.project.named_in_sql import NamedInSql
from pipegen.project.project import ProjectFolder, open_project, pipeline_name, sql_paths
from pipegen.project.scaffold import check_name, orders_schema, scaffold
from pipegen.project.schema_check import schema_warnings
from pipegen.project.validation import validate_project
from pipegen.project.variables import VARIABLES

__all__ = [
    "VARIABLES",
    "FileInput",
    "Finding",
    "InputFacts",
    "Listed",
    "NamedInSql",
    "OutputFacts",
    "PathFacts",
    "Project",
    "ProjectFolder",
    "Severity",
    "ToSubmit",
    "check_name",
    "open_project",
    "orders_schema",
    "pipeline_name",
    "scaffold",
    "schema_warnings",
    "sql_paths",
    "validate_project",
]
