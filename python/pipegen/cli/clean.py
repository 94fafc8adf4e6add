"""Stops what ``pipegen deploy`` started; deletes data only when told to. Takes nothing from a run that lives."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.errors import StackError
from pipegen.interrupts import run_interruptible
from pipegen.journal import Journaled, journals, living, register
from pipegen.run.connect import user_of_stack
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess, http_access
from pipegen.stack import PartState, Stack, stacks_present


def clean_stacks(project: ProjectOptions, *, volumes: bool, flink: bool) -> None:
    """Stops every stack that was started here, or cancels its jobs; says what was done.

    Raises:
        StackError: a run that lives uses a stack, which therefore stays as it is.
    """
    console = Terminal(soft_wrap=True)
    access = _flink_access(project) if flink else OPEN_ACCESS
    stacks = stacks_present()
    if not stacks:
        console.print("there is no stack of PipeGen's here: nothing to do")
    used: list[str] = []
    for stack in stacks:
        if flink:
            _cancel_jobs(stack, access, console)
        if volumes or not flink:
            user = _clean_stack(stack, console, volumes=volumes)
            if user is not None:
                used.append(user)
    if used:
        raise StackError(
            f"left as it is: {', '.join(used)}",
            remedy="End the run first: Ctrl-C in its terminal, or kill with its process id.",
        )


def _clean_stack(stack: Stack, console: Console, *, volumes: bool) -> str | None:
    """Stops a stack, and deletes its data where that is wanted; returns what it is used by instead."""
    with register():
        user = user_of_stack(stack, stack.endpoints())
        if user is not None:
            parts = ", ".join(_alive(stack))
            data = " and delete all topics and subjects" if volumes else ""
            console.print(
                f"{stack.kind} stack: {shown_run(user)} uses it; cleaning would stop {parts}{data}",
            )
            return f"the {stack.kind} stack, which run {user.head.run_id} uses"
        _stop(stack, console)
        if volumes:
            stack.delete_data()
            console.print(f"{stack.kind} stack: data deleted")
            _forget_runs_of(stack)
    return None


def shown_run(journaled: Journaled) -> str:
    """A run as a user finds it again."""
    return f"run {journaled.head.run_id} of {journaled.head.project_dir} (process {journaled.head.pid})"


def _stop(stack: Stack, console: Console) -> None:
    alive = _alive(stack)
    stack.down()
    console.print(f"{stack.kind} stack: " + (f"stopped {', '.join(alive)}" if alive else "nothing was running"))


def _alive(stack: Stack) -> list[str]:
    return [part.name for part in stack.status() if part.state is not PartState.STOPPED]


def _forget_runs_of(stack: Stack) -> None:
    """Removes the journals of runs that are gone and whose things were on this stack: their things are gone too."""
    for journaled in journals():
        if any(made.kind == "stack" and Path(made.name) == stack.state_file for made in journaled.made):
            held = journaled.claim()
            if held is not None:
                with held:
                    journaled.remove()


def _cancel_jobs(stack: Stack, access: HttpAccess, console: Console) -> None:
    endpoints = stack.endpoints()
    if endpoints is None:
        console.print(f"{stack.kind} stack: Flink is not running, so there is no job to cancel")
        return
    users = [run for run in living() if run.reaches("flink_url", endpoints.flink_url)]
    for told in run_interruptible(_cancel_all(endpoints.flink_url, access, users)) or ["(no job was running)"]:
        console.print(f"{stack.kind} stack: {told}")


def _flink_access(project: ProjectOptions) -> HttpAccess:
    """How Flink is reached, from the same settings as a run's."""
    settings = project_settings(project, {}).settings
    return http_access(settings.flink.security, section="flink", proxy=settings.proxy)


async def _cancel_all(flink_url: str, access: HttpAccess, users: list[Journaled]) -> list[str]:
    client = FlinkClient(flink_url, access=access)
    told: list[str] = []
    try:
        for job_id, name, _state in await client.running_jobs():
            owner = next((run for run in users if _has_job(run, job_id, name)), None)
            if owner is not None:
                told.append(f"left {name} ({job_id}): it belongs to {shown_run(owner)}")
                continue
            await client.cancel(job_id)
            told.append(f"cancelled {name} ({job_id})")
    finally:
        await client.close()
    return told


def _has_job(run: Journaled, job_id: str, name: str) -> bool:
    return any(made.kind == "job" and (job_id in made.ids or name == made.name) for made in run.made)
