"""Compiled plans: a run with its own topics executes the statement they were compiled from and writes no file.

A plan file contains the topic names of the run that compiled it, and Flink does not overwrite it. Pure.
"""

from __future__ import annotations

from typing import Final

from pipegen.project.plan.filled import SqlText
from pipegen.project.plan.lexer import tokenize
from pipegen.project.plan.statement import Statement

NOT_WRITTEN: Final = "the plan's file is not written: the run executes the statement that the plan was compiled from"


def plan_path(statement: Statement, sql: SqlText) -> str:
    """The plan file that the statement names; empty if it names none."""
    head = str(sql)[: _start(statement, sql)] or str(sql)
    return next((token.value for token in tokenize(head) if token.kind == "string"), "")


def compiled(statement: Statement, sql: SqlText) -> SqlText:
    """What ``COMPILE … FOR`` compiles: an INSERT, or ``STATEMENT SET BEGIN … END``."""
    return sql.from_(_start(statement, sql))


def executable(statement: Statement, sql: SqlText) -> SqlText:
    """What ``COMPILE … FOR`` compiles, as a statement that starts its job."""
    text = compiled(statement, sql)
    return text.behind("EXECUTE ") if statement.parts else text


def _start(statement: Statement, sql: SqlText) -> int:
    word = "STATEMENT" if statement.parts else "INSERT"
    return next((token.start for token in tokenize(str(sql)) if token.upper == word), 0)
