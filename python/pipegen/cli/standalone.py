"""``pipegen dashboard --standalone``: services that PipeGen did not start, as the command line names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.cli.display import ConsoleTeller
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.interrupts import run_interruptible
from pipegen.session.access import DashboardAccess
from pipegen.session.standalone import WatchRequest, watch_session


def watch_services(
    project: ProjectOptions,
    flags: Mapping[str, object],
    access: DashboardAccess,
    *,
    pipelines: Sequence[str],
    groups: Sequence[str],
    messages: bool,
) -> None:
    """Watches what the command line names until it is interrupted."""
    resolved = project_settings(project, flags)
    request = WatchRequest(
        settings=resolved.settings,
        sources=resolved.sources,
        pipelines=pipelines,
        groups=groups,
        messages=messages,
        access=access,
    )
    run_interruptible(watch_session(request, ConsoleTeller(Terminal(stderr=True))))
