"""Which tests run which line of the package. Kept in ``target/``; only changed files of tests are run again."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coverage import CoverageData

from coverage_of_children import SETTINGS

FOLDERS = ("tests/unit", "tests/tooling", "tests/stack", "tests/dashboard")
WITHOUT_SERVICES = ["-m", "not stack and not browser and not heavy", "--hypothesis-seed=0", "-p", "no:cacheprovider"]
PACKAGE = "python/pipegen"
PLUGIN = "coverage_of_children"
COVERAGE_SETTINGS = """[run]
source = pipegen
data_file = {data_file}
parallel = true
context = ${{PYTEST_CURRENT_TEST-}}
disable_warnings = no-data-collected, module-not-measured, module-not-imported, no-ctracer
"""


@dataclass
class CoveringTests:
    """The tests that pass and need no services, by what they run.

    Attributes:
        package: Hash of everything but the files of tests: another one makes all the rest stale.
        files: File of tests → its hash.
        lines: File of the package → line → the tests that run it.
        seconds: Test → how long it takes.
    """

    package: str
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, file: str, *wanted: range | None) -> list[str]:
        """The tests that run any of these lines, the fastest first; None for what is evaluated on import.

        A test of a file in which another takes long comes late: it may need what that one has set up.
        """
        found = {
            test
            for lines in wanted
            for test in (self._of_module(file) if lines is None else self._of_lines(file, lines))
        }
        longest: dict[str, float] = defaultdict(float)
        for test, took in self.seconds.items():
            longest[_file_of(test)] = max(longest[_file_of(test)], took)
        return sorted(found, key=lambda test: (longest[_file_of(test)], self.seconds[test], test))

    def _of_lines(self, file: str, lines: Iterable[int]) -> set[str]:
        of_file = self.lines.get(file, {})
        return {test for line in lines for test in of_file.get(str(line), ())}

    def _of_module(self, file: str) -> set[str]:
        """Of what runs on import: the tests of the file's functions, or of the nearest modules that import it.

        And those of the files of tests that import it, by itself or through its folder's ``__init__``.
        """
        importers = _importers()
        direct = importers[file] | importers[str(Path(file).with_name("__init__.py"))]
        importing = {test for test in self.seconds if _file_of(test) in direct}
        seen, near = {file}, {file}
        while near:
            found = {test for name in near for tests in self.lines.get(name, {}).values() for test in tests}
            if found:
                return found | importing
            near = {importer for name in near for importer in importers[name]} - seen
            seen |= near
        return importing


def covering_tests(checkout: Path, cache: Path) -> CoveringTests:
    """The tests of a checkout, by what they run. Takes minutes where the cache is stale.

    Args:
        checkout: The checkout, which is the working folder.
        cache: Where the result is kept.
    """
    tests = sorted(path for folder in FOLDERS for path in Path(folder).rglob("test_*.py"))
    others = [*Path(PACKAGE).rglob("*.py"), *(path for path in Path("tests").rglob("*.py") if path not in tests)]
    package = _hash(sorted(others))
    known = CoveringTests(**json.loads(cache.read_text(encoding="utf-8"))) if cache.exists() else CoveringTests("")
    if known.package != package:
        known = CoveringTests(package)
    now = {str(path): _hash([path]) for path in tests}
    changed = [file for file, content in now.items() if known.files.get(file) != content]
    gone = {*changed, *(known.files.keys() - now.keys())}
    if gone:
        _forget(known, gone)
        if changed:
            print(f"running {len(changed)} files of tests to see what they cover", flush=True)
            _measure(known, checkout, changed)
        known.files = now
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps(asdict(known)), encoding="utf-8")
    return known


def _measure(known: CoveringTests, checkout: Path, files: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data_file, report, settings = Path(folder) / "data", Path(folder) / "report.xml", Path(folder) / "settings"
        settings.write_text(COVERAGE_SETTINGS.format(data_file=data_file), encoding="utf-8")
        coverage = ["--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="]
        how = ["-q", "-n", "2", "--dist", "loadfile", "-p", PLUGIN, f"--junit-xml={report}", *coverage]
        search = os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)])
        environment = os.environ | {SETTINGS: str(settings), "PYTHONPATH": search}
        subprocess.run([sys.executable, "-m", "pytest", *WITHOUT_SERVICES, *how, *files], check=False, env=environment)
        passed = _passed(report)
        data = CoverageData(str(data_file))
        data.read()
        known.seconds |= passed
        of_file: dict[str, set[str]] = defaultdict(set)
        for test in passed:
            of_file[_file_of(test)].add(test)
        for path in data.measured_files():
            lines = known.lines.setdefault(str(Path(path).relative_to(checkout)), {})
            for line, contexts in data.contexts_by_lineno(path).items():
                covering = {test for context in contexts for test in _judges(context, of_file)} & passed.keys()
                if covering:
                    lines[str(line)] = sorted({*lines.get(str(line), ()), *covering})


def _judges(context: str, of_file: dict[str, set[str]]) -> set[str]:
    """The tests that judge a line run in a context; what a fixture ran, every test of its file may judge."""
    test = _test_of(context)
    return of_file[_file_of(test)] if context.endswith(("|setup", "(setup)")) else {test}


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _test_of(context: str) -> str:
    """The test of ``file::test[parameters]|run``, or ``file::test[parameters] (call)`` from a process that it started.

    Parameters are left out: their names may differ from one run to the next.
    """
    return re.split(r"[\[| ]", context, maxsplit=1)[0]


def _passed(report: Path) -> dict[str, float]:
    """The tests that passed with all of their parameters, and their seconds."""
    seconds: dict[str, float] = defaultdict(float)
    failed = set()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314
        file = case.get("classname", "").replace(".", "/") + ".py"
        test = f"{file}::{case.get('name', '').partition('[')[0]}"
        seconds[test] += float(case.get("time", "0"))
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(test)
    if failed:
        print(f"{len(failed)} tests fail without any change, and judge none: {', '.join(sorted(failed))}")
    return {test: took for test, took in seconds.items() if test not in failed}


def _forget(known: CoveringTests, files: set[str]) -> None:
    known.seconds = {test: took for test, took in known.seconds.items() if _file_of(test) not in files}
    for lines in known.lines.values():
        for line, tests in lines.items():
            lines[line] = [test for test in tests if test in known.seconds]


def _importers() -> dict[str, set[str]]:
    """File of the package → the files of it and of tests that import it."""
    importers: dict[str, set[str]] = defaultdict(set)
    for path in (*Path(PACKAGE).rglob("*.py"), *Path("tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for name in [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]:
                    base = Path("python", *name.split("."))
                    for file in (base.with_suffix(".py"), base / "__init__.py"):
                        importers[str(file)].add(str(path))
    return importers


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
