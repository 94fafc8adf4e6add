"""The highest rate that this pipeline sustains, as a range with its evidence."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

import pipegen
from pipegen.cli.capacity_trials import Conditions, Trials
from pipegen.cli.results import ResultFiles, write_text
from pipegen.cli.run import Wishes, prepare
from pipegen.cli.session import RunRequest
from pipegen.cli.stack_progress import StackProgress
from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD, SettingsError
from pipegen.gates import CapacityRange, CapacitySearch, parse_threshold
from pipegen.outputs import CapacityReport, CapacityTrial, capacity_markdown, capacity_sentence
from pipegen.run.connect import ADDRESS_KEYS, find_services
from pipegen.units import NS_PER_S, format_latency_ms, format_rate, parse_duration_ns, parse_percent_ratio


@dataclass(frozen=True, slots=True)
class CapacityWishes:
    """What the user asked for on the command line: what a run needs, how to search, and where the report goes."""

    flags: Mapping[str, object]
    project_dir: Path
    config: Path | None
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


def search_capacity(wishes: CapacityWishes) -> int:
    """Searches, prints and writes what was found; returns the exit code."""
    if wishes.start_rate > wishes.max_rate:
        raise SettingsError("--start-rate is above --max-rate", remedy="Lower the one or raise the other.")
    search = CapacitySearch(wishes.start_rate, wishes.max_rate, _percent("--precision", wishes.precision))
    warm_up_ns, step_ns = _duration("--warm-up", wishes.warm_up), _duration("--step-duration", wishes.step_duration)
    request = prepare(
        Wishes(
            flags=wishes.flags,
            project_dir=wishes.project_dir,
            config=wishes.config,
            dashboard=False,
            open_browser=False,
            files=ResultFiles(),
        )
    )
    if request.file is not None:
        raise SettingsError("pipegen capacity needs generated records: this project sends a data file")
    conditions = Conditions(
        p99=wishes.max_p99 if request.project.latency_source is not None else None,
        backpressure=wishes.max_backpressure,
        one_to_one=request.project.shape == "one_to_one" and request.project.latency_source == "header",
    )
    for text in conditions.expressions(wishes.start_rate, wishes.warm_up):
        parse_threshold(text, "--max-p99 or --max-backpressure")
    console = Console(stderr=True, highlight=False)
    told = _Told(search, conditions, wishes.warm_up, warm_up_ns / NS_PER_S, step_ns / NS_PER_S, request.project.name)
    code = asyncio.run(_search(request, told, console, warm_up_ns=warm_up_ns, step_ns=step_ns))
    report = told.report(complete=code == EXIT_OK)
    Console(highlight=False).print(Text(capacity_sentence(search.answer()), style="bold"), soft_wrap=True)
    if wishes.json_file is not None:
        write_text("--json", wishes.json_file, report.model_dump_json(indent=2) + "\n")
    if wishes.markdown_file is not None:
        write_text("--markdown", wishes.markdown_file, capacity_markdown(report))
    return code or _exit_code(search.answer(), wishes.at_least)


class _Told:
    """What the report is made of."""

    def __init__(
        self,
        search: CapacitySearch,
        conditions: Conditions,
        warm_up: str,
        warm_up_s: float,
        step_s: float,
        pipeline: str,
    ) -> None:
        self.search = search
        self.conditions = conditions
        self.warm_up = warm_up
        self.trials: list[CapacityTrial] = []
        self._warm_up_s, self._step_s, self._pipeline = warm_up_s, step_s, pipeline

    def report(self, *, complete: bool) -> CapacityReport:
        answer = self.search.answer()
        return CapacityReport(
            pipegen_version=pipegen.__version__,
            pipeline=self._pipeline,
            complete=complete,
            sustained_per_s=answer.sustained_per_s,
            not_sustained_per_s=answer.not_sustained_per_s,
            limited_by=answer.limited_by,
            conditions=[result.expression for result in self.trials[-1].verdict.results] if self.trials else [],
            warm_up_s=self._warm_up_s,
            step_s=self._step_s,
            trials=self.trials,
            command=sys.argv,
        )


async def _search(request: RunRequest, told: _Told, console: Console, *, warm_up_ns: int, step_ns: int) -> int:
    """Tries rates until the search is over or was interrupted; returns the exit code of that alone."""
    settings = request.settings
    found = await asyncio.to_thread(
        find_services, settings, request.sources, progress=StackProgress(console), cancelled=threading.Event()
    )
    try:
        # From here on the services have names: no trial starts or stops any.
        named = {key: getattr(found.endpoints, key) for key in ADDRESS_KEYS}
        sources = {**request.sources, **dict.fromkeys(ADDRESS_KEYS, "the services of this search")}
        request = request.on_services(settings.model_copy(update={**named, "stack": "none"}), sources)
        trials = Trials(
            request, told.conditions, warm_up=told.warm_up, warm_up_ns=warm_up_ns, step_ns=step_ns, console=console
        )
        with trials.signals():
            first = told.search.next_rate() or 1.0
            console.print(f"warming up the services at {format_rate(first)}")
            await trials.warm(first)
            while (rate := told.search.next_rate()) is not None and trials.interrupted is None:
                trial = await trials.run(rate)
                if trial is None:
                    break
                told.trials.append(trial)
                told.search.tell(rate, trial.outcome)
                console.print(_line(trial), soft_wrap=True)
        return trials.interrupted or EXIT_OK
    finally:
        if found.started is not None and settings.cleanup:
            await asyncio.to_thread(found.started.down)


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
