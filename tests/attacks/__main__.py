"""Carries out the attacks and prints a table of what was tried and what held: ``python -m tests.attacks [WORD]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.stack import Endpoints, LocalStack
from tests.attacks import ATTACKS, Attack, Ground, Outcome
from tests.isolation import isolated


def main() -> int:
    """1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only attacks that have it in their area or name")
    parser.add_argument("--no-stack", action="store_true", help="leave out those that need a local stack")
    chosen = parser.parse_args()
    attacks = [each for each in ATTACKS if chosen.word in str(each) and not (each.needs_stack and chosen.no_stack)]
    with tempfile.TemporaryDirectory(prefix="pipegen-attacks-") as name:
        folder = Path(name)
        environment = isolated(os.environ, folder)
        os.environ.clear()
        os.environ.update(environment)
        with stack(folder, wanted=any(each.needs_stack for each in attacks)) as endpoints:
            outcomes = [carry_out(each, folder / str(number), endpoints) for number, each in enumerate(attacks)]
    show(list(zip(attacks, outcomes, strict=True)))
    return int(any(outcome.bounds() for outcome in outcomes))


def carry_out(attack: Attack, folder: Path, endpoints: Endpoints | None) -> Outcome:
    """One attack; whatever goes wrong in it is no reason to leave out the others."""
    folder.mkdir()
    Console(stderr=True).print(Text(str(attack)))
    try:
        return attack.carry_out(Ground(folder, endpoints))
    except Exception as error:  # noqa: BLE001 -- it stands in the table
        traceback.print_exc()
        return Outcome(wrong=[f"{type(error).__name__}: {error}"])


@contextmanager
def stack(folder: Path, *, wanted: bool) -> Iterator[Endpoints | None]:
    """A local stack, where one is needed."""
    if not wanted:
        yield None
        return
    local = LocalStack(folder / "stack")
    try:
        local.up(auto_ports=True)
        yield local.endpoints()
    finally:
        local.down()


def show(rows: list[tuple[Attack, Outcome]]) -> None:
    """Prints the table."""
    table = Table(box=None, pad_edge=False)
    for heading in ("attacked", "tried", "held", "exit", "memory", "a viewer waited", "what did not hold"):
        table.add_column(heading, overflow="fold")
    for attack, outcome in rows:
        wrong = outcome.bounds()
        table.add_row(
            attack.area,
            attack.tried,
            "no" if wrong else "yes",
            ", ".join(map(str, sorted(outcome.exit_codes))),
            f"{outcome.growth_mb:+.0f} MB",
            "–" if outcome.delay_ms is None else f"{outcome.delay_ms:.0f} ms",
            Text("; ".join(wrong)[:600]),
        )
    Console(width=200).print(table)
    held = sum(not outcome.bounds() for _, outcome in rows)
    Console().print(f"{held} of {len(rows)} held")


if __name__ == "__main__":
    sys.exit(main())
