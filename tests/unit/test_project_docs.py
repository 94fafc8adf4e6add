"""What the manual says of projects and patterns is so."""

from __future__ import annotations

import re
from pathlib import Path

from pipegen.project import VARIABLES
from pipegen.traffic import draw_plan, parse_pattern
from pipegen.units import NS_PER_S

DOCS = Path(__file__).parents[2] / "docs"
PLAN = parse_pattern("2m-4m:400%,6m-8m:300%", base_rate_per_s=100, duration_ns=600 * NS_PER_S)


def test_every_pattern_in_the_manual_can_be_used() -> None:
    text = (DOCS / "traffic.md").read_text()
    patterns = re.findall(r"^\| `([^`]+-[^`]+:[^`]+)` \|", text, flags=re.MULTILINE)
    assert len(patterns) >= 4
    for pattern in patterns:
        assert parse_pattern(pattern, base_rate_per_s=100, duration_ns=600 * NS_PER_S).planned_total() > 0


def test_the_plan_in_the_manual_is_what_is_drawn() -> None:
    table = draw_plan(PLAN, 80).split("\n\n")[0].replace("\u2009", " ")
    assert f"```\n{table}\n```" in (DOCS / "traffic.md").read_text()


def test_the_manual_lists_every_variable_of_the_sql_and_no_other() -> None:
    text = (DOCS / "projects.md").read_text()
    table = text.partition("| variable | value |")[2].partition("###")[0]
    assert set(re.findall(r"\$\{(\w+)\}", table)) == set(VARIABLES)
