"""The files of a Rust crate use each other in one direction: a reader starts at the bottom and never goes round.

A declaration (`mod x;`) is no use, and a path through a re-export counts as a use of the file that defines the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.tooling.checkout import ROOT

CRATES = sorted(path.parent / "src" for path in (ROOT / "rust").glob("*/Cargo.toml"))

Module = tuple[str, ...]

_NOT_CODE = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | \bb?r(?P<hashes>\#*)".*?"(?P=hashes)
      | "(?:\\.|[^"\\])*"
      | '(?:\\.[^']*|[^\\'])'
    """,
    re.DOTALL | re.VERBOSE,
)
_DECLARED = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;", re.MULTILINE)
_USE = re.compile(r"(?P<public>\bpub(?:\([^)]*\))?\s+)?\buse\s+(?P<tree>[^;]+);")
_TOKEN = re.compile(r"(?P<inner>\bmod\s+\w+\s*\{)|[{}]|(?:\b(?:crate|self|super)\b::)+(?:\w+::)*\w+")


def code_of(path: Path) -> str:
    """The file without comments and literals."""
    return _NOT_CODE.sub(" ", path.read_text(encoding="utf-8"))


def leaves(tree: str) -> Iterator[tuple[Module, str]]:
    """The paths that a `use` names, each with the name that it gives to the item."""
    tree = tree.strip()
    head, brace, rest = tree.partition("{")
    if not brace:
        path, _, alias = tree.partition(" as ")
        parts = tuple(part.strip() for part in path.split("::"))
        parts = parts[:-1] if parts[-1] == "self" and len(parts) > 1 else parts
        yield parts, alias.strip() or parts[-1]
        return
    depth, start = 0, 0
    inner = rest[: rest.rindex("}")]
    for at, letter in enumerate([*inner, ","]):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            if part := inner[start:at].strip():
                yield from leaves(head + part)
            start = at + 1


class Crate:
    """The modules of a crate and where each name leads."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.files: dict[Module, Path] = {}
        self.code: dict[Module, str] = {}
        self.exports: dict[Module, dict[str, Module]] = {}
        self._read((), source / "lib.rs", source)

    def _read(self, module: Module, file: Path, folder: Path) -> None:
        self.files[module], self.code[module] = file, code_of(file)
        self.exports[module] = {
            name: path
            for use in _USE.finditer(self.code[module])
            if use["public"]
            for path, name in leaves(use["tree"])
        }
        for name in _DECLARED.findall(self.code[module]):
            flat = folder / f"{name}.rs"
            self._read((*module, name), flat if flat.exists() else folder / name / "mod.rs", folder / name)

    def definer(self, base: Module, path: Module, seen: frozenset[tuple[Module, Module]] = frozenset()) -> Module:
        """The module whose file holds what a path names, from the module that it stands in; an empty path is `base`."""
        if not path or (base, path) in seen:
            return base
        seen |= {(base, path)}
        first, rest = path[0], path[1:]
        if first == "crate":
            return self.definer((), rest, seen)
        if first == "self":
            return self.definer(base, rest, seen)
        if first == "super":
            return self.definer(base[:-1], rest, seen)
        if (*base, first) in self.files:
            return self.definer((*base, first), rest, seen)
        if first in self.exports[base]:
            return self.definer(base, (*self.exports[base][first], *rest), seen)
        return base

    def used_by(self, module: Module) -> set[Module]:
        """The modules whose items a module's code names."""
        code, used = self.code[module], set[Module]()
        # Within `mod tests { … }` the first `super` is the file itself.
        inner: list[int] = []
        braces = 0
        for token in _TOKEN.finditer(_USE.sub(_flat, code)):
            text = token[0]
            if token["inner"]:
                braces += 1
                inner.append(braces)
            elif text == "{":
                braces += 1
            elif text == "}":
                if inner and inner[-1] == braces:
                    inner.pop()
                braces -= 1
            else:
                path = tuple(text.split("::"))
                for _ in inner:
                    path = path[1:] if path[0] in {"super", "self"} else path
                used.add(self.definer(module, path))
        return used - {module}

    def graph(self) -> dict[str, set[str]]:
        """The files that each file uses, by path; a file that only declares and re-exports modules uses none."""
        name = {module: path.relative_to(self.source).as_posix() for module, path in self.files.items()}
        return {
            name[module]: {name[used] for used in self.used_by(module)}
            for module, code in self.code.items()
            if _defines(code)
        }


def _flat(use: re.Match[str]) -> str:
    """A `use` as plain paths one after the other; a path that starts with a name may start in the file itself."""
    paths = (path if path[0] in {"crate", "self", "super"} else ("self", *path) for path, _ in leaves(use["tree"]))
    return "".join("::".join(path) + "; " for path in paths)


def _defines(code: str) -> bool:
    return bool(re.sub(r"#!?\[[^\]]*\]", "", _DECLARED.sub("", _USE.sub("", code))).strip())


def circle_in(graph: dict[str, set[str]]) -> list[str] | None:
    """One circle of files, the first one again at the end; None where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return None


@pytest.mark.parametrize("source", CRATES, ids=lambda source: source.parent.name)
def test_no_file_of_a_crate_uses_itself_through_others(source: Path) -> None:
    circle = circle_in(Crate(source).graph())
    assert circle is None, f"a circle of files: {' -> '.join(circle or [])}; move what they share into a lower file"


def test_the_rooms_of_avro_use_each_other_in_one_direction() -> None:
    allowed = {"schema": {"schema"}, "generate": {"generate", "schema"}, "inspect": {"inspect", "schema"}}
    graph = Crate(ROOT / "rust" / "pipegen-core" / "src").graph()
    room = {file: file.split("/")[1] for file in graph if file.startswith("avro/") and file.count("/") == 2}
    wrong = [
        f"{user} uses {used}"
        for user, all_used in graph.items()
        for used in sorted(all_used)
        if user in room and used in room and room[used] not in allowed[room[user]]
    ]
    assert set(room.values()) == set(allowed)
    assert wrong == []


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param("pub struct A;", "use super::low::A;", None, id="one direction"),
        pytest.param("use crate::high::B; pub struct A;", "use super::low::A; pub struct B;", True, id="by use"),
        pytest.param("fn a() { super::high::b() }", "use crate::{low::a}; fn b() {}", True, id="by a path in code"),
        pytest.param("fn a() { crate::b() }", "use super::low; pub fn b() {}", True, id="through a re-export"),
        pytest.param("//! See [`crate::high`].\nfn a() {}", "use super::low::a; fn b() {}", None, id="by a comment"),
        pytest.param('fn a() { b("crate::high") }', "use super::low::a; fn b() {}", None, id="by a text"),
        pytest.param('fn a() { b("x"); super::high::b() }', "use super::low; fn b() {}", True, id="after a text"),
        pytest.param("mod tests { use super::*; }", "use super::low; fn b() {}", None, id="within tests"),
        pytest.param("mod tests { use super::super::high; }", "use super::low; fn b() {}", True, id="out of tests"),
    ],
)
def test_a_circle_is_found_however_it_is_written(tmp_path: Path, low: str, high: str, expected: bool | None) -> None:
    (tmp_path / "lib.rs").write_text("mod low;\nmod high;\npub use high::b;\n")
    (tmp_path / "low.rs").write_text(low)
    (tmp_path / "high.rs").write_text(high)
    found = circle_in(Crate(tmp_path).graph())
    assert (found is not None) is bool(expected)
