"""Brings the stack up, or shows how it is."""

from __future__ import annotations

import json
from typing import Any

from rich.table import Table
from rich.text import Text

from pipegen.choices import StartedStack
from pipegen.cli.options import OutputFormat
from pipegen.cli.stack_progress import StackProgress
from pipegen.cli.terminal import Terminal, echo
from pipegen.signals import Interrupted, heard
from pipegen.stack import Endpoints, PartState, PartStatus, choose_stack
from pipegen.units import format_bytes, format_duration

_STYLE = {
    PartState.RUNNING: "green",
    PartState.STARTING: "yellow",
    PartState.STOPPED: "dim",
    PartState.FAILED: "bold red",
}


def show_stack(kind: StartedStack, output_format: OutputFormat) -> None:
    """Prints the state of a stack; starts nothing."""
    chosen = choose_stack(kind)
    show(chosen.kind, chosen.status(), chosen.endpoints(), output_format)


def start_stack(kind: StartedStack, output_format: OutputFormat, *, auto_ports: bool) -> None:
    """Starts a stack, leaves it running and prints its state."""
    chosen = choose_stack(kind)
    left = f"parts of the {chosen.kind} stack may run: `pipegen clean` stops them"
    try:
        # Progress goes to standard error: standard output stays clean for the result.
        with heard(left=lambda: [left]), StackProgress(Terminal(stderr=True)) as progress:
            endpoints = chosen.up(auto_ports=auto_ports, progress=progress)
    except Interrupted as interrupted:
        raise Interrupted(interrupted.code, "what had been started is stopped; what had been fetched is kept") from None
    show(chosen.kind, chosen.status(), endpoints, output_format)


def show(kind: str, parts: list[PartStatus], endpoints: Endpoints | None, output_format: OutputFormat) -> None:
    """Print a stack's state."""
    if output_format == "json":
        echo(json.dumps(as_json(kind, parts, endpoints), indent=2), is_json=True)
        return
    console = Terminal()
    console.print(status_table(kind, parts))
    facts = {} if endpoints is None else {name.replace("_", " "): url for name, url in endpoints.model_dump().items()}
    log_folders = {str(part.log_file.parent) for part in parts if part.log_file is not None}
    facts |= {"logs": ", ".join(sorted(log_folders))} if log_folders else {}
    for name, value in facts.items():
        console.print(f"{name:<20} {value}", soft_wrap=True)


def as_json(kind: str, parts: list[PartStatus], endpoints: Endpoints | None) -> dict[str, Any]:
    """What ``--format json`` prints."""
    return {
        "stack": kind,
        "parts": [part.model_dump(mode="json") for part in parts],
        "endpoints": endpoints.model_dump() if endpoints is not None else None,
    }


def status_table(kind: str, parts: list[PartStatus]) -> Table:
    """The state of each part, in 80 columns; what is not known is a dash."""
    table = Table(title=f"{kind} stack", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("part", "state", "port", "version", "uptime", "memory"):
        right = heading in {"port", "uptime", "memory"}
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    table.add_column("log", no_wrap=True)
    for part in parts:
        table.add_row(
            part.name,
            Text(part.state, style=_STYLE[part.state]),
            _text(part.port),
            _text(part.version),
            "–" if part.uptime_s is None else format_duration(int(part.uptime_s) * 1_000_000_000),
            "–" if part.rss_bytes is None else format_bytes(part.rss_bytes),
            "–" if part.log_file is None else part.log_file.name,
        )
    return table


def _text(value: object) -> str:
    return "–" if value is None else str(value)
