"""The stub is the manual of the compiled part: it must say exactly what is there, and explain all of it."""

import ast
import subprocess
import sys
from pathlib import Path

import pipegen
from pipegen import hotpath
from pipegen.hotpath import header

STUB = Path(pipegen.__file__).with_name("_native.pyi")


def nodes_of_the_stub() -> list[ast.stmt]:
    return ast.parse(STUB.read_text(encoding="utf-8")).body


def test_the_stub_matches_the_compiled_part() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "pipegen._native"],
        cwd=STUB.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_in_the_stub_is_documented() -> None:
    documented = (ast.ClassDef, ast.FunctionDef)
    silent = [
        node.name
        for statement in nodes_of_the_stub()
        for node in ast.walk(statement)
        if isinstance(node, documented) and not node.name.startswith("__") and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_the_hot_path_exports_everything_that_is_compiled() -> None:
    nodes = nodes_of_the_stub()
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    constants = [node.target for node in nodes if isinstance(node, ast.AnnAssign) and node.value is None]
    defined |= {target.id for target in constants if isinstance(target, ast.Name)}
    assert {name for name in defined if not name.startswith("_")} == {
        name for name in hotpath.__all__ if getattr(getattr(hotpath, name), "__module__", None) != header.__name__
    }
