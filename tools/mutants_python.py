"""Break the Python code on purpose, a seeded sample of it, and see whether the tests without services notice.

``python tools/mutants_python.py --sample 100 --seed 1`` takes minutes: the first time it runs those tests once to see
which of them covers which line, then each change is judged by the tests that cover it. It ends with 1 when fewer than
85 in 100 of the mutants are killed. Survivors that change nothing anybody could notice are listed in
``benches/mutants_python.md``.

Why a runner of our own: mutmut 3 knows which tests cover a function, but takes no seeded sample and changes nothing
outside functions, where our defaults and limits stand; Cosmic Ray runs one and the same test command for every mutant.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pytest import ExitCode  # noqa: PT013

from covering_tests import PACKAGE, WITHOUT_SERVICES, CoveringTests, covering_tests
from mutation import Mutation, mutation, mutation_names

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "target" / "mutants" / "covering_tests.json"
LEAST_KILLED_RATIO = 0.85
# Of a line that hundreds of tests run, the fastest of them judge.
MOST_TESTS = 150
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Mutant:
    """The change number ``number`` of a file."""

    file: str
    number: int


def main() -> int:
    """Try the sample."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=100, help="number of mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--file", default="", help="beginning of the files they are taken from, such as 'run/feed'")
    parser.add_argument("--only", nargs="*", default=[], metavar="FILE:N", help="these mutants instead of a sample")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pipegen-mutants-") as folder:
        checkout = copy_checkout(Path(folder).resolve())
        os.chdir(checkout)
        # The copy comes before an installed package, and nothing else does.
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [f"{checkout}/python", str(checkout), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        )
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        tests = covering_tests(checkout, CACHE)
        if options.only:
            sample = [
                Mutant(f"{PACKAGE}/{file}", int(number))
                for file, _, number in (name.rpartition(":") for name in options.only)
            ]
        else:
            mutants = every_mutant(options.file, options.seed)
            sample = mutants[: options.sample]
            print(f"{len(sample)} of {len(mutants)} mutants", flush=True)
        killed = sum(try_out(mutant, tests) for mutant in sample)
    print(f"{killed} of {len(sample)} killed")
    return 0 if sample and killed / len(sample) >= LEAST_KILLED_RATIO else 1


def copy_checkout(folder: Path) -> Path:
    """A copy of what git knows, and of the compiled part: no mutant ever stands in the checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    compiled = [str(path.relative_to(ROOT)) for path in (ROOT / PACKAGE).glob("_native*") if path.suffix != ".pyi"]
    for name in [*filter(None, names), *compiled]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


def every_mutant(beginning: str, seed: int) -> list[Mutant]:
    """All mutants of the files whose path in the package begins like that, in the order of a seed.

    A mutant has its place by what it changes and not by its number: work on one file leaves those of all others.
    """
    places: dict[Mutant, bytes] = {}
    for file in sorted(path for path in Path(PACKAGE).rglob("*.py") if str(path).startswith(f"{PACKAGE}/{beginning}")):
        met: Counter[str] = Counter()
        for number, name in enumerate(mutation_names(file.read_text(encoding="utf-8"))):
            met[name] += 1
            words = f"{seed} {file} {name} {met[name]}"
            places[Mutant(str(file), number)] = hashlib.sha256(words.encode()).digest()
    return sorted(places, key=places.__getitem__)


def try_out(mutant: Mutant, tests: CoveringTests) -> bool:
    """Whether the tests that cover it notice; says what became of it."""
    path = Path(mutant.file)
    original = path.read_text(encoding="utf-8")
    change = mutation(original, mutant.number)
    name = f"{path.relative_to(PACKAGE)}:{mutant.number} line {change.line}: {change.before} → {change.after}"
    judges = chosen(tests, mutant, change)
    if not judges:
        print(f"SURVIVED {name}\n    no test runs it", flush=True)
        return False
    compiled = Path(importlib.util.cache_from_source(mutant.file))
    try:
        compiled.unlink(missing_ok=True)
        path.write_text(change.source, encoding="utf-8")
        by = failure_of(judges, TIMEOUT_S + 10 * sum(tests.seconds[test] for test in judges))
    finally:
        path.write_text(original, encoding="utf-8")
        compiled.unlink(missing_ok=True)
    print(f"{'killed' if by else 'SURVIVED'} {name}\n    {by or f'{len(judges)} tests run it'}", flush=True)
    return by is not None


def chosen(tests: CoveringTests, mutant: Mutant, change: Mutation) -> list[str]:
    """The tests that judge a mutant."""
    found = tests.of(mutant.file, change.run_lines)
    if change.function_lines is not None and (change.in_coroutine or not found):
        found = tests.of(mutant.file, change.run_lines, change.function_lines)
    return list(found[:MOST_TESTS])


def failure_of(judges: list[str], timeout_s: float) -> str | None:
    """What fails when these tests run; None when nothing does. A mutant that hangs is noticed as well."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as arguments:
        arguments.write("\n".join(judges))
        arguments.flush()
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", *WITHOUT_SERVICES, f"@{arguments.name}"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, **pipes, text=True, start_new_session=True) as tests:
            try:
                written, _ = tests.communicate(timeout=timeout_s)
            except subprocess.TimeoutExpired:
                # With everything that a test has started.
                os.killpg(tests.pid, signal.SIGKILL)
                return "timed out"
    if tests.returncode in {ExitCode.OK, ExitCode.NO_TESTS_COLLECTED}:
        return None
    failures = [line for line in written.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failures[0] if failures else written.strip()[-200:]


if __name__ == "__main__":
    sys.exit(main())
