"""A rule lives in one room: these fail when a copy of one comes back, and say where the rule is.

Python is read as a syntax tree; the page's modules and the report's templates as text, without what is generated.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipegen.snapshot import health, limits
from pipegen.snapshot.stages import STAGES
from tests.tooling.checkout import ROOT

PACKAGE: Final = ROOT / "python" / "pipegen"
GENERATED: Final = {"web/model/rules.js", "web/model/snapshot.js"}
STAGE_NAMES: Final = {stage.name for stage in STAGES}
STATES: Final[Mapping[str, Mapping[str, str]]] = {
    name: table for name, table in vars(health).items() if name.endswith("_HEALTH")
}
LIMITS: Final = [limit for limit in vars(limits).values() if isinstance(limit, limits.Limit)]
LIMIT_NUMBERS: Final = {
    float(number)
    for number in (
        *(limit.amber_above for limit in LIMITS),
        *(limit.red_above for limit in LIMITS),
        1 - limits.RATE_DEVIATION.amber_above,
        limits.JOB_BUSY_RATIO,
    )
    if 0 < number < math.inf
}
# Numbers like 10 and 100 stand for much: they are limits where they are said of one of these.
MILLISECONDS_OR_LAG: Final = re.compile(r"(?i)_ms\b|delay|late|lag")
# Where figures are judged. Elsewhere a 0.1 is something else.
JUDGES: Final = (
    "diagnose/headline.py",
    "diagnose/bottleneck.py",
    "observe/flink_vertex.py",
    "dashboard/diagram.py",
    "dashboard/together.py",
    "outputs/report",
)
ANOTHER_RULE: Final = {
    ("diagnose/bottleneck.py", "_LIKELY_BUSY_RATIO"): "where to look when no vertex is busy",
    ("observe/flink_vertex.py", "_BUSY_RATIO"): "from where on the subtasks are asked one by one",
    ("observe/flink_vertex.py", "_AS_BUSY_RATIO"): "a subtask beside the busiest one, no limit",
    ("outputs/report/spectrum.py", "-math.log10(1 - at / 100) <= nines + 0.01"): "which lines a drawing has",
}
NO_JUDGE: Final = {"web/view/format.js": "chooses digits by the size of a number"}
STAGE_ROOMS: Final = {
    "snapshot/stages.py": "the room",
    "_native.pyi": "what the compiled part takes, compared with it by stubtest",
    "run/picture/skew.py": "a sentence for some",
}
PERCENTILE_ROOMS: Final = {
    "snapshot/percentiles.py": "the room",
    "gates/gauge.py": "one of several aggregations in microseconds",
    "outputs/compare/run.py": "draws in microseconds, thousands of them",
}
SAID: Final = re.compile(r"(?i)\b(?:above|more than|up to)\s+\d+(?:\.\d+)?\s*(?:%|ms\b|ok\b|low\b)")
COMPARED: Final = re.compile(r"[<>]=?\s*(\d+(?:\.\d+)?)\b(?!\.)")
JUDGED: Final = re.compile(r"\bjudge\([^;]*,\s*\d|\b(?:amber|red):\s*\d")
BRACKETS: Final = re.compile(r"[\[({][^\[\](){}]*[\])}]|@typedef.*")
ENTRY: Final = re.compile(r"\b(\w+)\"?:\s*(\[[^\]]*\]|\"[^\"]*\")")


def python_files(*below: str) -> Iterator[tuple[str, ast.Module]]:
    """Modules and stubs of the package, or of some paths in it."""
    for path in [PACKAGE / name for name in below] or [PACKAGE]:
        for file in [path] if path.is_file() else sorted([*path.rglob("*.py"), *path.rglob("*.pyi")]):
            yield file.relative_to(PACKAGE).as_posix(), parsed(file)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def page_files() -> Iterator[tuple[str, str]]:
    """The page's modules and the templates, as far as they are written by hand."""
    modules = (path for path in (ROOT / "web").rglob("*.js") if "vendor" not in path.parts)
    for path in sorted([*modules, *PACKAGE.rglob("templates/*.html")]):
        name = path.relative_to(ROOT).as_posix()
        if name not in GENERATED:
            yield name, path.read_text(encoding="utf-8")


def is_a_limit(number: float, said_of: str) -> bool:
    return number in LIMIT_NUMBERS and (number < 1 or MILLISECONDS_OR_LAG.search(said_of) is not None)


def numbers_in(tree: ast.Module) -> Iterator[tuple[str, float]]:
    """Numbers that something is compared with, and numbers that have a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            found = [(ast.unparse(node), part) for part in ast.walk(node)]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            found = [(ast.unparse(target), node.value)] if node.value is not None else []
        else:
            continue
        for what, part in found:
            if isinstance(part, ast.Constant) and isinstance(part.value, int | float):
                yield what, float(part.value)


def strings_in(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def sentences_in(tree: ast.Module) -> Iterator[str]:
    """Texts that may be shown: not those that stand alone, which are documentation."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def repeats_states(table: Mapping[Any, set[str]]) -> str | None:
    """The table of ``health`` that another one repeats, by the words its keys stand beside."""
    for name, states in STATES.items():
        same = {word for word, state in states.items() if state in table.get(word, ())}
        if len(same) >= 3 or {"pass", "fail"} <= same:
            return name
    return None


def test_no_module_that_judges_has_a_limit_of_its_own() -> None:
    copies = [
        f"{file}: {what}"
        for file, tree in python_files(*JUDGES)
        for what, number in numbers_in(tree)
        if is_a_limit(number, what) and (file, what) not in ANOTHER_RULE
    ]
    assert copies == [], "take it from pipegen.snapshot.limits, or say in ANOTHER_RULE what else it is"


def test_neither_page_nor_template_has_a_limit_of_its_own() -> None:
    copies = [
        f"{file}: {line.strip()}"
        for file, text in page_files()
        if file not in NO_JUDGE
        for line in text.splitlines()
        if JUDGED.search(line) or any(is_a_limit(float(number), line) for number in COMPARED.findall(line))
    ]
    assert copies == [], "take it from web/model/rules.js, which is written from pipegen.snapshot.limits"


def test_no_text_says_a_limit_in_digits() -> None:
    said = [f"{file}: {line.strip()}" for file, text in page_files() for line in text.splitlines() if SAID.search(line)]
    for file, tree in python_files("snapshot", *JUDGES):
        said += [f"{file}: {text}" for text in sentences_in(tree) if SAID.search(text)]
    assert said == [], "put the number in from pipegen.snapshot.limits or web/model/rules.js"


def test_nothing_lists_the_stages_again() -> None:
    lists = {
        file
        for file, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set) and len(strings_in(node) & STAGE_NAMES) >= 5
    }
    lists |= {
        file
        for file, text in page_files()
        for part in BRACKETS.findall(text)
        if len(set(re.findall(r'"(\w+)"', part)) & STAGE_NAMES) >= 4
    }
    assert lists - set(STAGE_ROOMS) == set(), "take them from pipegen.snapshot.stages, in web from the type Latency"


def test_nothing_says_again_which_state_a_word_of_the_contract_is_shown_in() -> None:
    copies = []
    for file, tree in python_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict) and file != "snapshot/health.py":
                pairs = zip(node.keys, node.values, strict=True)
                table = {key.value: strings_in(value) for key, value in pairs if isinstance(key, ast.Constant)}
                copies.append((file, repeats_states(table)))
    for file, text in page_files():
        for part in re.findall(r"\{[^{}]*\}", text):
            table = {word: set(re.findall(r'"(\w+)"', value)) for word, value in ENTRY.findall(part)}
            copies.append((file, repeats_states(table)))
    found = [f"{file}: {name}" for file, name in copies if name is not None]
    assert found == [], "take the table from pipegen.snapshot.health or web/model/rules.js"


def test_percentiles_of_the_contract_are_made_in_one_function() -> None:
    calls = {
        file: ast.unparse(node.func)
        for file, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and file not in PERCENTILE_ROOMS
        if ast.unparse(node.func).rpartition(".")[2] in {"Percentiles", "percentile_us"}
    }
    assert calls == {}, "call percentiles or percentile_ms of pipegen.snapshot.percentiles"


def test_only_the_core_knows_the_bytes_and_the_name_of_the_header() -> None:
    found = []
    for file, tree in python_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in (b"\xff" * 4, 2**32 - 1):
                found.append(f"{file}: {ast.unparse(node)}")
            if isinstance(node, ast.keyword) and node.arg == "headers" and "pipegen" in strings_in(node.value):
                found.append(f"{file}: {ast.unparse(node)}")
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                target = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
                if "HEADER" in target.upper() and node.value.value == "pipegen":
                    found.append(f"{file}: {target}")
    assert found == [], "take it from pipegen.hotpath"
