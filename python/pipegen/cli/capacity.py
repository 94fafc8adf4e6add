"""``pipegen capacity``: the highest rate that this pipeline sustains, as a range with its evidence."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import pipegen
from pipegen.cli import options
from pipegen.cli.capacity_trials import Conditions, Trials
from pipegen.cli.flags import flags_of
from pipegen.cli.results import ResultFiles, write_text
from pipegen.cli.run import Wishes, prepare
from pipegen.cli.session import RunRequest
from pipegen.cli.stack_progress import StackProgress
from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD, SettingsError
from pipegen.gates import CapacityRange, CapacitySearch, parse_threshold
from pipegen.outputs import CapacityReport, CapacityTrial, capacity_markdown, capacity_sentence
from pipegen.run import ADDRESS_KEYS, find_services
from pipegen.units import NS_PER_S, format_latency_ms, format_rate, parse_duration_ns, parse_percent_ratio

_SEARCH = "Search"
_CONDITIONS = "Conditions"


def capacity(
    start_rate: Annotated[
        float, typer.Option("--start-rate", min=0.1, help="The first rate to try.", rich_help_panel=_SEARCH)
    ] = 100.0,
    max_rate: Annotated[
        float, typer.Option("--max-rate", min=0.1, help="No higher rate is tried.", rich_help_panel=_SEARCH)
    ] = 1_000_000.0,
    precision: Annotated[
        str, typer.Option("--precision", help="How narrow the range has to become.", rich_help_panel=_SEARCH)
    ] = "10%",
    step_duration: Annotated[
        str, typer.Option("--step-duration", help="How long each rate is judged.", rich_help_panel=_SEARCH)
    ] = "30s",
    warm_up: Annotated[
        str, typer.Option("--warm-up", help="Start of each trial that does not count.", rich_help_panel=_SEARCH)
    ] = "10s",
    max_p99: Annotated[
        str, typer.Option("--max-p99", help="Largest end-to-end p99.", rich_help_panel=_CONDITIONS)
    ] = "2s",
    max_backpressure: Annotated[
        str,
        typer.Option("--max-backpressure", help="Largest mean back-pressure in Flink.", rich_help_panel=_CONDITIONS),
    ] = "50%",
    at_least: Annotated[
        float | None,
        typer.Option(
            "--at-least", help="Exit code 99 when no rate this high is sustained.", rich_help_panel=_CONDITIONS
        ),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the report to this file.", rich_help_panel="Results")
    ] = None,
    markdown_file: Annotated[
        Path | None,
        typer.Option("--markdown", help="Write the report to this file, as Markdown.", rich_help_panel="Results"),
    ] = None,
    runs_dir: options.RunsDir = None,
    producers: options.Producers = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
    bootstrap_servers: options.BootstrapServers = None,
    flink_url: options.FlinkUrl = None,
    sql_gateway_url: options.SqlGatewayUrl = None,
    schema_registry_url: options.SchemaRegistryUrl = None,
    stack: options.Stack = None,
) -> None:
    """Find the highest rate that this pipeline sustains.

    Each trial is a run of its own on the same services. The rate is doubled until one is not sustained, then the gap is
    halved until it is narrow, and the last sustained rate is tried again. A trial ends early when 10 s of load are
    waiting, so that a rate that is far too high does no harm.

    Exit codes: those of a run; 99 below --at-least; 100 when PipeGen itself could not keep any plan.
    """
    flags: dict[str, object] = {"message_rate": start_rate, **flags_of(locals())}
    if start_rate > max_rate:
        raise SettingsError("--start-rate is above --max-rate", remedy="Lower the one or raise the other.")
    search = CapacitySearch(start_rate, max_rate, _percent("--precision", precision))
    warm_up_ns, step_ns = _duration("--warm-up", warm_up), _duration("--step-duration", step_duration)
    files = ResultFiles()
    wishes = Wishes(
        flags=flags, project_dir=project_dir, config=config, dashboard=False, open_browser=False, files=files
    )
    request = prepare(wishes)
    if request.file is not None:
        raise SettingsError("pipegen capacity needs generated records: this project sends a data file")
    conditions = Conditions(
        p99=max_p99 if request.project.latency_source is not None else None,
        backpressure=max_backpressure,
        one_to_one=request.project.shape == "one_to_one" and request.project.latency_source == "header",
    )
    for text in conditions.expressions(start_rate, warm_up):
        parse_threshold(text, "--max-p99 or --max-backpressure")
    console = Console(stderr=True, highlight=False)
    told = _Told(search, conditions, warm_up, warm_up_ns / NS_PER_S, step_ns / NS_PER_S, request.project.name)
    code = asyncio.run(_search(request, told, console, warm_up_ns=warm_up_ns, step_ns=step_ns))
    report = told.report(complete=code == EXIT_OK)
    Console(highlight=False).print(Text(capacity_sentence(search.answer()), style="bold"), soft_wrap=True)
    if json_file is not None:
        write_text("--json", json_file, report.model_dump_json(indent=2) + "\n")
    if markdown_file is not None:
        write_text("--markdown", markdown_file, capacity_markdown(report))
    raise typer.Exit(code or _exit_code(search.answer(), at_least))


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
