"""What the generated pages promise is what the program has."""

from __future__ import annotations

import pytest
from tools.make_docs import DOCS, commands_page, settings_page

from pipegen.config import Settings, setting_keys


@pytest.mark.parametrize(("name", "page"), [("settings.md", settings_page), ("commands.md", commands_page)])
def test_a_generated_page_says_what_the_code_says(name: str, page: object) -> None:
    assert callable(page)
    assert (DOCS / name).read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_is_explained_with_its_default() -> None:
    rows = [line for line in settings_page().splitlines() if line.startswith("| `") and line.count("|") == 5]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    assert [row[0].strip("`") for row in cells] == setting_keys()
    assert [row[0] for row in cells if not row[3]] == []
    rate = next(row for row in cells if row[0] == "`message_rate`")
    assert rate[2] == f"`{Settings().message_rate}`"


def test_every_command_argument_and_option_is_explained() -> None:
    rows = [line for line in commands_page().splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.rstrip(" |").endswith("`") and row.count("|") < 4] == []
    assert [row for row in rows if not row.rsplit(" | ", 1)[1].strip(" |")] == []
