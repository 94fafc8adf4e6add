"""The events behind the counts of a recorded run, as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.tables import print_table
from pipegen.cli.terminal import Terminal, echo
from pipegen.errors import SettingsError
from pipegen.moment import iso_at
from pipegen.replay import RecordingError, find_recording, open_recording
from pipegen.session.recording import runs_folder
from pipegen.snapshot.events import EVENT_KINDS, RunEvent, RunEvents
from pipegen.suggestion import did_you_mean

_UNKNOWN: Final = "–"


def show_events(
    run: str,
    chosen: Mapping[str, bool],
    output: str | None,
    events_format: str,
    project: ProjectOptions,
    *,
    runs_dir: Path | None,
) -> None:
    """Prints the events.

    Args:
        run: The recording.
        chosen: Whether each kind is asked for; where none is, all are shown.
        output: Only those of this output; None for all.
        events_format: ``text`` or ``json``.
        project: The project.
        runs_dir: Where recordings are.

    Raises:
        RecordingError: the run was cut off, or recorded by an older version.
        SettingsError: there is no such output.
    """
    settings = project_settings(project, flags_of(runs_dir=runs_dir)).settings
    recording = open_recording(find_recording(run, runs_folder(project.project_dir, settings)))
    summary = recording.summary
    if summary is None or "events" not in summary:
        why = "the run was cut off" if summary is None else "it was recorded by an older version"
        raise RecordingError(f"{recording.folder}: the events of the run are not known: {why}")
    try:
        found = RunEvents.model_validate(summary["events"])
    except ValidationError:
        raise RecordingError(f"{recording.folder}: its events cannot be read") from None
    if output is not None:
        _refuse_unknown(output, summary)
    kinds = [kind for kind in EVENT_KINDS if chosen[kind]] or list(EVENT_KINDS)
    events = [each for each in found.events if each.kind in kinds and output in {None, each.output}]
    if events_format == "json":
        for each in events:
            echo(each.model_dump_json(), is_json=True)
        return
    console = Terminal()
    for note in found.notes:
        console.print(Text(f"note: {note}"), soft_wrap=True)
    if not events:
        console.print(Text(f"no event of the run is {_or([_words(kind) for kind in kinds])}"), soft_wrap=True)
        return
    print_table(_table(events), console)


def _refuse_unknown(output: str, summary: Mapping[str, object]) -> None:
    snapshot = summary.get("snapshot")
    outputs = snapshot.get("outputs", []) if isinstance(snapshot, dict) else []
    names = [str(each.get("name")) for each in outputs if isinstance(each, dict)]
    if output not in names:
        raise SettingsError(
            f"--output {output}: the run had no such output",
            remedy=did_you_mean(output, names) or f"Outputs: {', '.join(names)}.",
        )


def _table(events: list[RunEvent]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("what", "input", "output", "number", "due", "partition", "offset", "key", "record"):
        right = heading in {"number", "partition", "offset"}
        table.add_column(heading, overflow="fold", justify="right" if right else "left")
    for each in events:
        cells = (
            _words(each.kind),
            each.input,
            each.output,
            each.number,
            None if each.due_ms is None else iso_at(each.due_ms / 1000),
            each.partition,
            each.offset,
            each.key,
            each.value,
        )
        table.add_row(*(Text(_UNKNOWN if cell is None else str(cell)) for cell in cells))
    return table


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
