"""Flink's answers on record: made by ``tools/record_plans.py`` from a real SQL gateway, played back in order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipegen.planner import FlinkSql
from pipegen.services.java_trace import root_cause
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult

PLANS = Path(__file__).parent / "unit" / "plans"
SCRIPTS = PLANS / "scripts.sql"
RECORDED = PLANS / "recorded.json"
PRELUDE = Path(__file__).parent / "cases" / "statements" / "prelude.sql"
VARIABLES = {"INPUT_TOPIC": "in", "OUTPUT_TOPIC": "out", "LONG": "x\ny and more"}


class RecordedFlink:
    """The seam FlinkSql, answered from a record: a statement that was not recorded fails the test."""

    def __init__(self, answers: Sequence[dict[str, Any]]) -> None:
        self._answers = list(answers)
        self.closed = False

    async def open_session(self, name: str, properties: dict[str, str]) -> str:
        assert (name, properties) == ("pipegen-plan", {})
        return "s1"

    async def end_session(self, handle: str) -> None:
        assert handle == "s1"
        self.closed = True

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        assert timeout_s > 0
        assert self._answers, f"not on record: {statement}; run tools/record_plans.py"
        answer = self._answers.pop(0)
        assert answer["statement"] == statement, "another statement is on record: run tools/record_plans.py"
        if "refused" in answer:
            raise StatementRefusedError(root_cause(answer["refused"]), answer["refused"])
        return StatementResult(None, answer["rows"])


class Recorder:
    """Asks Flink and keeps what it says, without what nobody reads."""

    def __init__(self, flink: FlinkSql) -> None:
        self._flink = flink
        self.answers: list[dict[str, Any]] = []

    async def open_session(self, name: str, properties: dict[str, str]) -> str:
        return await self._flink.open_session(name, properties)

    async def end_session(self, handle: str) -> None:
        await self._flink.end_session(handle)

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        try:
            result = await self._flink.execute(statement, timeout_s=timeout_s)
        except StatementRefusedError as refused:
            lines = [line for line in refused.trace.splitlines() if not line.lstrip().startswith(("at ", "..."))]
            self.answers.append({"statement": statement, "refused": "\n".join(lines)})
            raise
        if result.job_id is not None:
            raise AssertionError(f"planning started the job {result.job_id}: {statement}")
        self.answers.append({"statement": statement, "rows": _kept(statement, result.rows)})
        return result


def _kept(statement: str, rows: list[list[Any]]) -> list[list[Any]]:
    if statement == "SET":  # settings of the machine are nobody's business
        return [
            row for row in rows if str(row[0]).startswith(("table.", "execution.runtime")) and "/" not in str(row[1])
        ]
    return [
        [cell.partition("\n== Optimized Execution Plan ==")[0] if isinstance(cell, str) else cell for cell in row]
        for row in rows
    ]


def write_record(scripts: Mapping[str, Sequence[dict[str, Any]]]) -> str:
    """The record as text: each exchange once, and which of them a script had."""
    exchanges: list[str] = []
    numbers: dict[str, int] = {}
    order: dict[str, list[int]] = {}
    for name, answers in scripts.items():
        order[name] = []
        for answer in answers:
            text = json.dumps(answer, ensure_ascii=False)
            if text not in numbers:
                numbers[text] = len(exchanges)
                exchanges.append(text)
            order[name].append(numbers[text])
    lines = ",\n".join(exchanges)
    order_lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in order.items())
    return f'{{"exchanges": [\n{lines}\n],\n"scripts": {{\n{order_lines}\n}}}}\n'


def recorded(name: str) -> RecordedFlink:
    """Flink's answers to the script of that name."""
    record = json.loads(RECORDED.read_text(encoding="utf-8"))
    return RecordedFlink([record["exchanges"][number] for number in record["scripts"][name]])
