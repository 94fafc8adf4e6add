"""The highest rate that this pipeline sustains, as a range with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

import pipegen
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.run import planned, planned_script, run_settings
from pipegen.cli.sentences import print_error
from pipegen.cli.stack_progress import StackProgress
from pipegen.cli.streams import results_lie_elsewhere
from pipegen.cli.terminal import Terminal
from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD, EXIT_UNEXPECTED, PipeGenError, SettingsError
from pipegen.gates import CapacityRange, CapacitySearch, parse_threshold
from pipegen.interrupts import run_interruptible
from pipegen.outputs import CapacityReport, CapacityTrial, capacity_markdown, capacity_sentence
from pipegen.run.spec import RunSpec
from pipegen.session.capacity import SearchRequest, search_session
from pipegen.session.results import ResultFiles, check_file, written
from pipegen.session.sql import planned_sql
from pipegen.session.trials import Limits, WarmUp
from pipegen.signals import Interrupted
from pipegen.stack import Progress
from pipegen.units import NS_PER_S, format_latency_ms, format_rate, parse_duration_ns, parse_percent_ratio


@dataclass(frozen=True, slots=True)
class CapacityOptions:
    """What the user asked for on the command line: what a run needs, how to search, and where the report goes."""

    project: ProjectOptions
    flags: Mapping[str, object]
    start_rate: float
    max_rate: float
    precision: str
    step_duration: str
    warm_up: str
    max_p99: str
    max_backpressure: str
    at_least: float | None
    json_file: Path | None
    markdown_file: Path | None


def search_capacity(options: CapacityOptions) -> int:
    """Searches, prints and writes what was found; returns the exit code."""
    if options.start_rate > options.max_rate:
        raise SettingsError("--start-rate is above --max-rate", remedy="Lower the one or raise the other.")
    search = CapacitySearch(options.start_rate, options.max_rate, _percent("--precision", options.precision))
    warm_up = WarmUp(options.warm_up, _duration("--warm-up", options.warm_up))
    step_ns = _duration("--step-duration", options.step_duration)
    resolved = run_settings(options.project, options.flags)
    results_lie_elsewhere()
    check_file("--json", options.json_file)
    check_file("--markdown", options.markdown_file)
    trials: list[CapacityTrial] = []
    display = _SearchDisplay(Terminal(stderr=True))

    def requested(spec: RunSpec) -> SearchRequest:
        return SearchRequest(spec, search, _limits(options, spec), warm_up, step_ns)

    request: SearchRequest | None = None
    if not resolved.settings.pipeline.sql:
        request = requested(planned(options.project, resolved, ResultFiles()))

    async def searched() -> int:
        nonlocal request
        if request is not None:
            return await search_session(request, display, trials)
        folder = options.project.project_dir
        async with planned_sql(folder, resolved, teller=display, progress=display.progress) as ready:
            request = requested(planned_script(ready, ResultFiles()))
            return await search_session(request, display, trials)

    try:
        code = run_interruptible(searched())
    except Interrupted as interrupted:
        code = interrupted.code
    if request is None:
        return code  # interrupted before there was anything to search
    report = _report(request, trials, complete=code == EXIT_OK)
    failures: list[str] = []
    if options.json_file is not None:
        failures += written("--json", options.json_file, report.model_dump_json(indent=2) + "\n")
    if options.markdown_file is not None:
        failures += written("--markdown", options.markdown_file, capacity_markdown(report))
    Terminal().print(Text(capacity_sentence(search.answer()), style="bold"), soft_wrap=True)
    for failure in failures:
        print_error(PipeGenError(failure))
    return code or _exit_code(search.answer(), options.at_least) or (EXIT_UNEXPECTED if failures else EXIT_OK)


def _limits(options: CapacityOptions, spec: RunSpec) -> Limits:
    """What a rate may cost.

    Raises:
        SettingsError: the project sends a data file, or a condition cannot be read.
    """
    if spec.from_files:
        raise SettingsError("pipegen capacity needs generated records: this project sends a data file")
    limits = Limits(p99=options.max_p99, backpressure=options.max_backpressure)
    for text in limits.conditions(timed=True, recognised=True).expressions(options.start_rate, options.warm_up):
        parse_threshold(text, "--max-p99 or --max-backpressure")
    return limits


def _report(request: SearchRequest, trials: list[CapacityTrial], *, complete: bool) -> CapacityReport:
    answer = request.search.answer()
    return CapacityReport(
        pipegen_version=pipegen.__version__,
        pipeline=request.spec.project.name,
        complete=complete,
        sustained_per_s=answer.sustained_per_s,
        not_sustained_per_s=answer.not_sustained_per_s,
        limited_by=answer.limited_by,
        conditions=[result.expression for result in trials[-1].verdict.results] if trials else [],
        warm_up_s=request.warm_up.duration_ns / NS_PER_S,
        step_s=request.step_ns / NS_PER_S,
        trials=trials,
        command=request.spec.command,
    )


class _SearchDisplay:
    """A line for each trial."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = StackProgress(console)

    @property
    def progress(self) -> Progress:
        """Lines of a starting stack."""
        return self._progress

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal."""
        return self._console.is_terminal

    def say(self, text: str) -> None:
        """One line of text."""
        self._console.print(text, soft_wrap=True, markup=False)

    def warming_up(self, rate_per_s: float) -> None:
        """Says that the first run is not judged."""
        self._console.print(f"warming up the services at {format_rate(rate_per_s)}")

    def tried(self, trial: CapacityTrial) -> None:
        """Says how a rate went."""
        self._console.print(_line(trial), soft_wrap=True)


def _line(trial: CapacityTrial) -> Text:
    style = {"sustained": "green", "not_sustained": "red", "invalid": "yellow"}[trial.outcome]
    word = trial.outcome.replace("_", " ")
    why = f"  {trial.reasons[0]}" if trial.reasons else ""
    p99 = format_latency_ms(trial.p99_ms)
    told = f"  end-to-end p99 {p99}  run {trial.run_id}{why}"
    return Text.assemble(f"{format_rate(trial.rate_per_s)}  ", (word, style), told)


def _exit_code(answer: CapacityRange, at_least: float | None) -> int:
    if answer.sustained_per_s is None and answer.limited_by == "generator":
        return EXIT_INVALID
    if at_least is not None and (answer.sustained_per_s or 0.0) < at_least:
        return EXIT_THRESHOLD
    return EXIT_OK


def _duration(flag: str, text: str) -> int:
    try:
        duration_ns = parse_duration_ns(text)
    except ValueError as error:
        raise SettingsError(f"{flag}: {error}") from None
    if duration_ns < NS_PER_S:
        raise SettingsError(f"{flag} {text} is too short", remedy="Give at least 1s.")
    return duration_ns


def _percent(flag: str, text: str) -> float:
    try:
        ratio = parse_percent_ratio(text)
    except ValueError as error:
        raise SettingsError(f"{flag}: {error}") from None
    if not 0 < ratio <= 1:
        raise SettingsError(f"{flag} {text} is out of range", remedy="Give a share above 0% and up to 100%.")
    return ratio
