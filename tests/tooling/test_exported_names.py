"""What a package offers to others is listed, and imported by one address."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "python"
PACKAGES = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "pipegen").rglob("__init__.py"))

NOT_IMPORTED = {"pipegen", "pipegen.cli"}


def imports_of(path: Path) -> Iterator[tuple[str, str, str]]:
    """Module, name, and what it is called here, of every import of ours, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("pipegen"):
            yield from ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_lists_all_that_it_offers_and_nothing_else(package: str) -> None:
    module = importlib.import_module(package)
    offered = getattr(module, "__all__", [])
    assert len(set(offered)) == len(offered)
    assert [name for name in offered if not hasattr(module, name)] == []
    source = Path(str(module.__file__))
    taken = {called for origin, _, called in imports_of(source) if origin.startswith(f"{package}.")}
    assert taken <= set(offered) or package in NOT_IMPORTED, "what an __init__ takes from its modules is offered"


def test_an_offered_name_is_imported_from_the_package_and_not_from_inside_it() -> None:
    offered = {package: set(getattr(importlib.import_module(package), "__all__", [])) for package in PACKAGES}
    inside = []
    for path in sorted((ROOT / "pipegen").rglob("*.py")):
        own = ".".join(path.relative_to(ROOT).parts[:2])
        for module, name, _ in imports_of(path):
            package = ".".join(module.split(".")[:2])
            if package not in {own, module} and name in offered.get(package, ()):
                inside.append(f"{path.relative_to(ROOT)}: from {module} import {name}")
    assert inside == []
