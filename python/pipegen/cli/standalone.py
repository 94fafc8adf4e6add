"""``pipegen dashboard --standalone``: services that PipeGen did not start, as the command line names them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from rich.console import Console

from pipegen.cli.display import ConsoleTeller
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
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
) -> int:
    """Watches what the command line names until a signal ends it; returns the exit code."""
    resolved = project_settings(project, flags)
    request = WatchRequest(
        settings=resolved.settings,
        sources=resolved.sources,
        pipelines=pipelines,
        groups=groups,
        messages=messages,
        access=access,
    )
    return asyncio.run(watch_session(request, ConsoleTeller(Console(stderr=True, highlight=False))))
