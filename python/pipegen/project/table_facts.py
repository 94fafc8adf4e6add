"""Whether an output stands for a table, and how its rows are told apart: from Flink's plan and its table. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pipegen.project.plan.flow import Step
from pipegen.project.plan.topology import Output


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of the table that an output stands for.

    Attributes:
        changelog: The format whose values say what is done; None where the Kafka key tells rows apart.
        key: The columns that tell rows apart; empty where a row is all of its columns.
        steps_back: Why a row may rightly be replaced by one that was due before it; None where it may not.
        combinable: Whether mini-batch could combine updates on the way to it.
        mini_batch: Whether the script has mini-batch on.
        deletes: Whether rows are deleted, in upsert-kafka by a null value.
    """

    changelog: str | None = None
    key: tuple[str, ...] = ()
    steps_back: str | None = None
    combinable: bool = False
    mini_batch: bool = False
    deletes: bool = False


def table_facts(output: Output) -> TableFacts | None:
    """The table that an output stands for; None where rows are only added to a topic."""
    table = output.tables[0] if output.tables else None
    mine = table is not None and table.is_kafka
    if table is not None and mine and not table.is_changelog:
        return None
    if not mine and not output.rewritten:
        return None
    changelog = (table.format if table.connector != "upsert-kafka" else None) if table and mine else "debezium-json"
    return TableFacts(
        changelog,
        () if table is None else table.primary_key,
        _steps_back(output),
        combinable=any(step.shape in {"aggregate", "join"} for step in _steps(output)),
        mini_batch=output.mini_batch,
        deletes="D" in output.changes,
    )


def _steps(output: Output) -> list[Step]:
    return [step for path in output.paths for step in path.steps]


def _steps_back(output: Output) -> str | None:
    steps = _steps(output)
    key = () if not output.tables else output.tables[0].primary_key
    exact = {column.name for column in output.columns if column.origins and all(each.exact for each in column.origins)}
    if any(step.ranked for step in steps) and (not key or not set(key) <= exact or "D" in output.changes):
        return "a Top-N rightly puts a row back that was due earlier, when the one in its place moves"
    if "D" in output.changes and any(step.shape in {"aggregate", "join"} for step in steps):
        return "a join or an aggregate rightly goes back to an earlier row when a later one is deleted"
    return None
