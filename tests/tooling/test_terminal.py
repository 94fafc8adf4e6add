"""Foreign text reaches the terminal by one way: these fail where somebody else opens one."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from rich.table import Table

from pipegen.cli.terminal import Terminal
from tests.tooling.checkout import ROOT

PACKAGE: Final = ROOT / "python" / "pipegen"
ROOM: Final = PACKAGE / "cli" / "terminal.py"
MARKUP: Final = {"from_markup", "render_markup", "from_ansi", "print_json", "print_exception"}


def other_ways(file: Path, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        named = {each.arg: each.value for each in node.keywords}
        if name in {"Console", "print", "rprint", "secho", "Prompt", "Confirm"} and isinstance(node.func, ast.Name):
            yield f"{file.name}:{node.lineno}: {name}(…): use Terminal of cli/terminal.py"
        elif name in MARKUP or ("markup" in named and ast.unparse(named["markup"]) != "False"):
            yield f"{file.name}:{node.lineno}: markup: give the text a style instead"


def test_every_text_is_printed_by_the_one_console_that_takes_nothing_for_markup() -> None:
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if file != ROOM]
    assert [each for file in files for each in other_ways(file, file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("line", ["Console().print(x)", "print(x)", "Text.from_markup(x)", "c.print(x, markup=True)"])
def test_each_other_way_is_found(line: str) -> None:
    assert len(list(other_ways(Path("x.py"), line))) == 1


@pytest.mark.parametrize(
    "foreign", ["[/INST] [bold]x[/bold]", ":smile:", "a\x1b[2Jb", "a\rb", "\u202eabc", "a\x07b", "[[["]
)
def test_foreign_text_is_shown_as_it_stands_alone_and_in_a_table(foreign: str) -> None:
    expected = foreign
    for sign in "\x1b\r\u202e\x07":
        expected = expected.replace(sign, repr(sign)[1:-1])
    table = Table()
    table.add_column(foreign)
    table.add_row(foreign)
    for renderable in (foreign, table):
        out = io.StringIO()
        Terminal(file=out, width=200, force_terminal=True, color_system=None).print(renderable)
        assert expected in out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")
        assert not set("\r\u202e\x07") & set(out.getvalue())
