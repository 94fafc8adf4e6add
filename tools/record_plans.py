"""Records what a real SQL gateway says of the scripts of ``tests/unit/plans``, for the tests that play it back.

Run it after a change to the scripts or to what planning asks: ``python tools/record_plans.py http://127.0.0.1:8083``.
A gateway alone is enough: nothing is created.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.recorded_flink import PRELUDE, RECORDED, SCRIPTS, VARIABLES, Recorder, write_record
from tests.statement_table import entries

from pipegen.planner import plan_script
from pipegen.project.plan.splitter import split_files, split_script
from pipegen.services.sql_gateway import SqlGatewayClient


async def record(url: str) -> None:
    """Plans every script and writes the answers."""
    answers: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(SCRIPTS):
        gateway = SqlGatewayClient(url)
        recorder = Recorder(gateway)
        try:
            script = [*split_files([PRELUDE]), *split_script(entry.sql, SCRIPTS)]
            plan = await plan_script(script, recorder, variables=VARIABLES)
        finally:
            await gateway.close()
        answers[entry.title[0]] = recorder.answers
        for finding in plan.findings:
            print(f"{entry.title[0]}: {finding.severity}: {finding.message}")
    RECORDED.write_text(write_record(answers), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1]))
