"""A rule that has a room of its own is not written a second time elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "python" / "pipegen"

SESSIONS_WITH_SIGNALS = {"session/run.py", "session/trials.py"}

RULES = [
    # what a copy would be seen by, where it may stand, what is to be used instead
    (r"\b(9092|808[123])\b", {"config/addresses.py"}, "pipegen.config.addresses"),
    (r"net_connections", {"port_holder.py"}, "pipegen.port_holder"),
    (r"timespec=.milliseconds", {"moment.py", "dashboard/together.py"}, "pipegen.moment"),
    (r"suppress\(asyncio\.CancelledError\)", {"tasks.py", "run/observers.py"}, "pipegen.tasks"),
    (r"4\.303", {"student.py"}, "pipegen.student"),
    (r"difflib", {"suggestion.py"}, "pipegen.suggestion"),
    (r"\.new\b", {"whole_file.py"}, "pipegen.whole_file"),
    (
        r"(?<!def )\bload_settings\(",
        {"cli/project_settings.py", "cli/init.py"},
        "pipegen.cli.project_settings, which warns",
    ),
    (r"setswitchinterval\(", {"session/recorded_run.py"}, "pipegen.session.recorded_run"),
    (r"\bon_interrupt\(", {"interrupts.py", *SESSIONS_WITH_SIGNALS}, "a session"),
    (r"asyncio\.run\(", set(), "pipegen.interrupts.run_interruptible"),
    (r"\blocals\(\)", set(), "pipegen.cli.option_groups"),
]


def places_of(pattern: str) -> set[str]:
    found = re.compile(pattern)
    files = ((path.relative_to(PACKAGE).as_posix(), path) for path in PACKAGE.rglob("*.py"))
    return {name for name, path in files if found.search(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(("pattern", "rooms", "instead"), RULES, ids=[rule[2] for rule in RULES])
def test_a_rule_is_written_in_its_room_alone(pattern: str, rooms: set[str], instead: str) -> None:
    assert places_of(pattern) == rooms, f"use {instead}"
