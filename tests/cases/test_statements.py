"""Statements of every kind, asked of a real Flink: what it accepts is no error, what it refuses has Flink's reason.

`statements/KIND.sql` holds scripts, each behind a line `==== accepted | TITLE` or `==== refused | WORDS OF FLINK |
LINE:COLUMN | TITLE`. The scripts may use the tables of `prelude.sql`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipegen.planner import ScriptPlan, plan_script
from pipegen.project.plan.splitter import split_files, split_script
from pipegen.services.flink import FlinkClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints
from tests.statement_table import Entry, entries

pytestmark = pytest.mark.stack

STATEMENTS = Path(__file__).parent / "statements"
KINDS = sorted(file.stem for file in STATEMENTS.glob("*.sql") if "prelude" not in file.name)


async def plan_of(kind: str, sql: str, gateway_url: str) -> ScriptPlan:
    own = STATEMENTS / f"{kind}.prelude.sql"
    prelude = split_files([STATEMENTS / "prelude.sql", *([own] if own.exists() else [])])
    gateway = SqlGatewayClient(gateway_url)
    try:
        return await plan_script([*prelude, *split_script(sql, Path("a.sql"))], gateway, variables={})
    finally:
        await gateway.close()


def difference(entry: Entry, plan: ScriptPlan) -> str | None:
    """What is told of a script against what must be told."""
    errors = [finding for finding in plan.findings if finding.severity == "error"]
    told = "; ".join(f"{each.where}: {each.message}" for each in errors)
    if entry.title[0] == "accepted":
        return f"{entry.title[1]}: {told}" if errors else None
    _, words, place, title = entry.title
    if errors and words in errors[0].message and errors[0].where == f"a.sql:{place}":
        return None
    return f"{title}: not {place} {words}, but {told or 'accepted'}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_flink_accepts_is_no_error_and_what_it_refuses_has_its_reason(kind: str, endpoints: Endpoints) -> None:
    async def all_of_it() -> list[str]:
        told = [
            difference(entry, await plan_of(kind, entry.sql, endpoints.sql_gateway_url))
            for entry in entries(STATEMENTS / f"{kind}.sql")
        ]
        return [each for each in told if each]

    assert asyncio.run(all_of_it()) == []


def test_planning_starts_no_job(endpoints: Endpoints) -> None:
    async def jobs() -> list[tuple[str, str, str]]:
        flink = FlinkClient(endpoints.flink_url)
        try:
            return await flink.running_jobs()
        finally:
            await flink.close()

    before = asyncio.run(jobs())
    for kind in ("ctas", "execute_plan", "queries", "statement_set"):
        for entry in list(entries(STATEMENTS / f"{kind}.sql"))[:3]:
            asyncio.run(plan_of(kind, entry.sql, endpoints.sql_gateway_url))
    assert asyncio.run(jobs()) == before


def test_there_are_at_least_eight_of_each_kind_and_two_hundred_in_all() -> None:
    counts = {kind: len(list(entries(STATEMENTS / f"{kind}.sql"))) for kind in KINDS}
    assert min(counts.values()) >= 8
    assert sum(counts.values()) >= 200
