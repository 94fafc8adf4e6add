"""Removes what crashed and killed runs left: says first what that is, and then what of it could not be removed."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from pipegen.cli.clean import shown_run
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.config import Settings
from pipegen.errors import PipeGenError, ServiceError
from pipegen.interrupts import run_interruptible
from pipegen.journal import Journaled, journals
from pipegen.run.take_away import Remains
from pipegen.session.leftovers import clear_leftovers, taken_from
from pipegen.stack import Silent, stack_of


def clean_leftovers(project: ProjectOptions) -> None:
    """Removes what runs that are gone have left; a run that lives is left alone.

    Raises:
        ServiceError: something could not be removed.
    """
    console = Terminal(soft_wrap=True)
    unfinished: list[str] = []
    found = journals()
    for journaled in found:
        held = journaled.claim()
        if held is None:
            console.print(f"{shown_run(journaled)} is alive: left alone")
            continue
        with held:
            if not _clear(journaled, project, console):
                unfinished.append(journaled.head.run_id)
    if not found:
        console.print("no run has left anything: there is no journal")
    if unfinished:
        raise ServiceError(
            f"not everything of run {', '.join(unfinished)} could be removed",
            remedy="Start its services and try again. If they are gone for good, delete its file in "
            f"{found[0].path.parent}.",
        )


def _clear(journaled: Journaled, project: ProjectOptions, console: Console) -> bool:
    """Removes what one run has left; returns whether all of it is gone."""
    made = taken_from(journaled)
    console.print(f"{shown_run(journaled)}, begun {journaled.head.started_at}, is gone: removing")
    for resource in made:
        if resource.kind != "stack" or stack_of(Path(resource.name)).for_run() is not None:
            console.print(Text(f"  {resource.kind.replace('_', ' ')} {resource.name}"))
    if journaled.head.keep:
        console.print("  (what it made on the services was to stay: --no-cleanup)")
    if journaled.unread:
        console.print(f"  ({journaled.unread} lines of {journaled.path} cannot be read)")
    try:
        remains = run_interruptible(clear_leftovers(journaled, _settings(journaled, project), _Notes(console)))
    except PipeGenError as error:
        remains = Remains(left=[error.message])
    for sentence in remains.left:
        console.print(Text(f"left behind: {sentence}", style="yellow"))
    for sentence in remains.unsure:
        console.print(Text(f"not touched: {sentence}", style="yellow"))
    for sentence in remains.expiring:
        console.print(Text(f"ends by itself: {sentence}"))
    if remains.left:
        return False
    journaled.remove()
    console.print(f"nothing of run {journaled.head.run_id} is left" if not remains.unsure else "the rest is gone")
    return True


def _settings(journaled: Journaled, project: ProjectOptions) -> Settings:
    """The settings of the project that the user names, else of the run's own: they hold the credentials."""
    own = Path(journaled.head.project_dir)
    if project == ProjectOptions() and own.is_dir():
        project = ProjectOptions(project_dir=own)
    return project_settings(project, {}).settings


class _Notes(Silent):
    """Says what is done with a stack."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def note(self, text: str) -> None:
        self._console.print(Text(text))
