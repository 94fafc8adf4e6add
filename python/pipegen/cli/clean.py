"""Stops what ``pipegen deploy`` started; deletes data only when told to."""

from __future__ import annotations

from rich.console import Console

from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.interrupts import run_interruptible
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess, http_access
from pipegen.stack import PartState, Stack, stacks_present


def clean_stacks(project: ProjectOptions, *, volumes: bool, flink: bool) -> None:
    """Stops every stack that was started here, or cancels its jobs; says what was done."""
    console = Console(highlight=False, soft_wrap=True)
    access = _flink_access(project) if flink else OPEN_ACCESS
    stacks = stacks_present()
    if not stacks:
        console.print("there is no stack of PipeGen's here: nothing to do")
    for stack in stacks:
        if flink:
            _cancel_jobs(stack, access, console)
        if volumes or not flink:
            _stop(stack, console)
        if volumes:
            stack.delete_data()
            console.print(f"{stack.kind} stack: data deleted")


def _stop(stack: Stack, console: Console) -> None:
    alive = [part.name for part in stack.status() if part.state is not PartState.STOPPED]
    stack.down()
    console.print(f"{stack.kind} stack: " + (f"stopped {', '.join(alive)}" if alive else "nothing was running"))


def _cancel_jobs(stack: Stack, access: HttpAccess, console: Console) -> None:
    endpoints = stack.endpoints()
    if endpoints is None:
        console.print(f"{stack.kind} stack: Flink is not running, so there is no job to cancel")
        return
    for name in run_interruptible(_cancel_all(endpoints.flink_url, access)) or ["(no job was running)"]:
        console.print(f"{stack.kind} stack: cancelled {name}", markup=False)


def _flink_access(project: ProjectOptions) -> HttpAccess:
    """How Flink is reached, from the same settings as a run's."""
    return http_access(project_settings(project, {}).settings.flink.security, section="flink")


async def _cancel_all(flink_url: str, access: HttpAccess) -> list[str]:
    client = FlinkClient(flink_url, access=access)
    cancelled: list[str] = []
    try:
        for job_id, name, _state in await client.running_jobs():
            await client.cancel(job_id)
            cancelled.append(f"{name} ({job_id})")
    finally:
        await client.close()
    return cancelled
