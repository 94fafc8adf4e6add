"""What is faster, slower or the same between runs, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.sentences import print_error, print_warning
from pipegen.cli.tables import print_table
from pipegen.cli.terminal import Terminal
from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD, EXIT_UNEXPECTED, PipeGenError, SettingsError
from pipegen.outputs.compare import (
    ComparedRun,
    Comparison,
    change_text,
    compare_sides,
    comparison_page,
    comparison_sentence,
    interval_text,
    run_of_recording,
    run_of_summary,
)
from pipegen.regular_file import is_regular, read_regular
from pipegen.replay import RecordingError, find_recording, open_recording
from pipegen.session.recording import runs_folder
from pipegen.session.results import check_file, written
from pipegen.snapshot import Snapshot
from pipegen.units import parse_percent_ratio

_MOST_BYTES = 20_000_000
_STYLE = {"better": "green", "worse": "bold red", "changed": "", "no difference": "dim", "not known": "dim"}


def compare_runs(
    sides: Sequence[str],
    project: ProjectOptions,
    *,
    fail_on_regression: str | None,
    floor: str,
    html: Path | None,
    json_file: Path | None,
    runs_dir: Path | None,
) -> int:
    """Compares every side with the first and prints the differences; returns the exit code."""
    if len(sides) < 2:
        raise SettingsError("there is nothing to compare with", remedy="Name two runs: pipegen compare RUN_A RUN_B.")
    floor_ratio = _percent("--floor", floor)
    limit_ratio = None if fail_on_regression is None else _percent("--fail-on-regression", fail_on_regression)
    settings = project_settings(project, flags_of(runs_dir=runs_dir)).settings
    folder = runs_folder(project.project_dir, settings)
    loaded = [[_load(name.strip(), folder) for name in side.split(",") if name.strip()] for side in sides]
    if not all(loaded):
        raise SettingsError("a side has no run", remedy="Join runs with single commas: a1,a2 b1,b2.")
    before, *others = loaded
    if html is not None and len(others) > 1:
        raise SettingsError("--html shows two sides", remedy="Compare two sides at a time.")
    check_file("--html", html)
    check_file("--json", json_file)
    console = Terminal()
    comparisons = []
    failures: list[str] = []
    for after in others:
        comparison = compare_sides(before, after, floor_ratio=floor_ratio)
        comparisons.append(comparison)
        _print(comparison, console)
        if html is not None:
            page = comparison_page(comparison, before, after, theme=settings.dashboard.theme)
            failures += written("--html", html, page)
    if json_file is not None:
        content = [comparison.model_dump(mode="json") for comparison in comparisons]
        failures += written("--json", json_file, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    for failure in failures:
        print_error(PipeGenError(failure))
    code = EXIT_OK if limit_ratio is None else _exit_code(comparisons, limit_ratio, console)
    return code or (EXIT_UNEXPECTED if failures else EXIT_OK)


def _exit_code(comparisons: list[Comparison], limit_ratio: float, console: Console) -> int:
    if any(comparison.invalid for comparison in comparisons):
        console.print(Text("an invalid run cannot be held against another", style="bold yellow"))
        return EXIT_INVALID
    regressions = [each for comparison in comparisons for each in comparison.regressions(limit_ratio)]
    for each in regressions:
        console.print(Text(f"regression: {each.name} {change_text(each)}", style="bold red"), soft_wrap=True)
    return EXIT_THRESHOLD if regressions else EXIT_OK


def _load(name: str, runs_dir: Path) -> ComparedRun:
    path = Path(name)
    if is_regular(path):
        return _summary(name, path)
    run = run_of_recording(name, open_recording(find_recording(name, runs_dir)))
    if run is None:
        raise RecordingError(f"{name} has no snapshot: there is nothing to compare")
    return run


def _summary(name: str, path: Path) -> ComparedRun:
    try:
        summary = from_json(read_regular(path, most_bytes=_MOST_BYTES))
        last = Snapshot.model_validate(summary["snapshot"])
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, ValidationError):
        raise SettingsError(
            f"{path} is no summary of a run of this version", remedy="`pipegen run --summary-json` writes one."
        ) from None
    return run_of_summary(name, summary, last)


def _print(comparison: Comparison, console: Console) -> None:
    for warning in comparison.warnings:
        print_warning(warning)
    console.print(
        Text.assemble((comparison.before.label, "bold"), " → ", (comparison.after.label, "bold")), soft_wrap=True
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("figure")
    for heading in ("before", "after", "change", "95 % interval"):
        table.add_column(heading, justify="right")
    table.add_column("meaning")
    for each in comparison.differences:
        table.add_row(
            each.name,
            each.shown("before"),
            each.shown("after"),
            change_text(each),
            interval_text(each),
            Text(each.meaning, style=_STYLE[each.meaning]),
        )
    print_table(table, console)
    console.print(Text(f"intervals from {comparison.noise}", style="dim"), soft_wrap=True)
    console.print(Text(comparison_sentence(comparison), style="bold"), soft_wrap=True)


def _percent(flag: str, text: str) -> float:
    try:
        return parse_percent_ratio(text)
    except ValueError as error:
        raise SettingsError(f"{flag}: {error}") from None
