"""Projects: folders with settings, a schema and Flink SQL; reads, understands, checks and scaffolds them.

Talks to no service. What Flink itself thinks of the SQL is known only when it is submitted.
"""

from pipegen.project.file_input import FileInput
from pipegen.project.findings import Finding, Severity
from pipegen.project.interface import InputFacts, Listed, OutputFacts, PathFacts, Project, ToSubmit
from pipegen.project.latency import LatencyFinding, LatencySource
from pipegen.project.named_options import NamedInSql, named_in_sql
from pipegen.project.project import ProjectFolder, open_project, pipeline_name, sql_paths
from pipegen.project.queries import Insert, View
from pipegen.project.scaffold import check_name, orders_schema, scaffold
from pipegen.project.schema_check import schema_warnings
from pipegen.project.script import Script, read_script
from pipegen.project.shape import ShapeInference, explain_shape, infer_shape
from pipegen.project.statements import VARIABLES, SqlStatement, read_statements, render, split_statements
from pipegen.project.tables import Column, Table
from pipegen.project.validation import validate_project

__all__ = [
    "VARIABLES",
    "Column",
    "FileInput",
    "Finding",
    "InputFacts",
    "Insert",
    "LatencyFinding",
    "LatencySource",
    "Listed",
    "NamedInSql",
    "OutputFacts",
    "PathFacts",
    "Project",
    "ProjectFolder",
    "Script",
    "Severity",
    "ShapeInference",
    "SqlStatement",
    "Table",
    "ToSubmit",
    "View",
    "check_name",
    "explain_shape",
    "infer_shape",
    "named_in_sql",
    "open_project",
    "orders_schema",
    "pipeline_name",
    "read_script",
    "read_statements",
    "render",
    "scaffold",
    "schema_warnings",
    "split_statements",
    "sql_paths",
    "validate_project",
]
