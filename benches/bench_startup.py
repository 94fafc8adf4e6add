"""How long a command takes to start: wall time, CPU time and peak memory, beside Python and Typer alone.

Asked for on two quiet cores with warm byte code: help, version and completion in 0.25 s and 45 MB, `validate` and
`generate --count 10` in 0.5 s. Each figure is the median of several starts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

STARTS = 7
PROJECT = Path(__file__).resolve().parent.parent / "examples" / "orders"
# What the installed script does; shells ask for completions by the name of the program.
PIPEGEN = [sys.executable, "-c", "import sys; sys.argv[0] = 'pipegen'; from pipegen.cli import main; main()"]
TYPER_ALONE = """
import typer
def greet(name: str = "you", count: int = 1) -> None: "Greet."
typer.run(greet)
"""


@dataclass(frozen=True)
class Case:
    """A command to start, and its limits: seconds of wall time and megabytes, where there are some."""

    name: str
    command: list[str]
    limits: tuple[float, float | None] | None = None
    environ: dict[str, str] = field(default_factory=dict)


def completion(line: str, shell: str = "bash") -> dict[str, str]:
    """The environment in which a shell asks for what can follow a line."""
    asked = {"_PIPEGEN_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        return {**asked, "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    return {**asked, "_TYPER_COMPLETE_ARGS": line}


HELP = (0.25, 45.0)
WORK = (0.5, None)
CASES = [
    Case("python -c pass", [sys.executable, "-c", "pass"]),
    Case("Typer alone, --help", [sys.executable, "-c", TYPER_ALONE, "--help"]),
    Case("pipegen --help", [*PIPEGEN, "--help"], HELP),
    Case("pipegen run --help", [*PIPEGEN, "run", "--help"], HELP),
    Case("pipegen --version", [*PIPEGEN, "--version"], HELP),
    Case("TAB in bash: pipegen re", PIPEGEN, HELP, completion("pipegen re")),
    Case("TAB in bash: pipegen run --", PIPEGEN, HELP, completion("pipegen run --")),
    Case("TAB in zsh: pipegen run --", PIPEGEN, HELP, completion("pipegen run --", "zsh")),
    Case("pipegen validate", [*PIPEGEN, "validate", "--project-dir", str(PROJECT)], WORK),
    Case("pipegen generate --count 10", [*PIPEGEN, "generate", "--count", "10", "--project-dir", str(PROJECT)], WORK),
]


def start(case: Case) -> tuple[float, float, float]:
    """Runs a command to its end: seconds of wall time, seconds of CPU time, megabytes at its fullest."""
    environ = {**os.environ, **case.environ}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with subprocess.Popen(case.command, stdout=subprocess.DEVNULL, env=environ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.perf_counter() - began
    assert process.returncode == 0, case.name
    return wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Prints a line for each command."""
    print(f"{'':28}  {'wall s':>7}  {'CPU s':>6}  {'MB':>5}  asked for")
    for case in CASES:
        start(case)  # writes the byte code
        figures = [start(case) for _ in range(STARTS)]
        wall_s, cpu_s, peak_mb = (statistics.median(column) for column in zip(*figures, strict=True))
        asked = ""
        if case.limits is not None:
            asked = f"{case.limits[0]} s" + (f", {case.limits[1]:.0f} MB" if case.limits[1] else "")
        print(f"{case.name:28}  {wall_s:7.3f}  {cpu_s:6.3f}  {peak_mb:5.1f}  {asked}")


if __name__ == "__main__":
    main()
