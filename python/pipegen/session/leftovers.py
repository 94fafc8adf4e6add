"""Takes away what a run that is gone has left, as its journal names it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from pipegen.config import Settings
from pipegen.errors import PipeGenError, StackError
from pipegen.journal import Journaled, Resource, living
from pipegen.moment import epoch_ms
from pipegen.run.connect import ADDRESS_KEYS, make_clients, release_stack
from pipegen.run.take_away import Claim, Remains, take_away
from pipegen.run.take_away_here import take_away_here
from pipegen.stack import Endpoints, Progress, stack_of
from pipegen.urls import without_credentials

MEMBERS_S: Final = 75.0
"""Kafka counts a member that was killed until its session has ended, by default after 45 s."""
_KEPT: Final = frozenset({"sending process", "folder"})


def taken_from(journaled: Journaled) -> tuple[Resource, ...]:
    """What is to be taken away: of a run with ``--no-cleanup`` only what is of no use to anybody."""
    return tuple(resource for resource in journaled.made if not journaled.head.keep or resource.kind in _KEPT)


async def clear_leftovers(journaled: Journaled, settings: Settings, progress: Progress) -> Remains:
    """Takes away what can be taken away; the caller has claimed the journal.

    Args:
        journaled: The journal of a run that is gone.
        settings: How its services are reached: credentials and certificates, which no journal holds.
        progress: Told what is done with a stack.

    Raises:
        PipeGenError: the settings cannot be used.
    """
    made = taken_from(journaled)
    remains = Remains(left=await asyncio.to_thread(take_away_here, made))
    try:
        endpoints = await asyncio.to_thread(_endpoints, journaled, settings)
    except PipeGenError as error:
        remains.left.append(f"what was made on the services: {error.message}")
        return remains
    if endpoints is not None and not journaled.head.keep:
        clients = make_clients(endpoints, settings, on_kafka_fault=lambda _fault: None)
        try:
            found = await take_away(clients, _claim(journaled, endpoints))
        finally:
            await clients.close()
        remains.left += found.left
        remains.unsure += found.unsure
        remains.expiring += found.expiring
    if not remains.left:
        for resource in made:
            if resource.kind == "stack":
                await asyncio.to_thread(release_stack, stack_of(Path(resource.name)), journaled.head.run_id, progress)
    return remains


def _claim(journaled: Journaled, endpoints: Endpoints) -> Claim:
    return Claim(
        run_id=journaled.head.run_id,
        made=taken_from(journaled),
        used=frozenset(name for kind, name in journaled.used if kind == "topic"),
        since_ms=epoch_ms(journaled.head.started_at),
        services=endpoints.model_dump(),
        others=living(besides=journaled.head.run_id),
        patience_s=MEMBERS_S,
    )


def _endpoints(journaled: Journaled, settings: Settings) -> Endpoints | None:
    """Where its services are now; None when it had none yet.

    Raises:
        StackError: they are a stack of PipeGen's that does not run.
    """
    if not journaled.services:
        return None
    for resource in journaled.made:
        if resource.kind == "stack":
            stack = stack_of(Path(resource.name))
            found = stack.endpoints()
            if found is None:
                raise StackError(
                    f"the {stack.kind} stack of {resource.name} does not run",
                    remedy="Start it with `pipegen deploy`, or delete its data with `pipegen clean --volumes`.",
                )
            return found
    return Endpoints(
        **{key: _with_credentials(journaled.services[key], getattr(settings, key)) for key in ADDRESS_KEYS}
    )


def _with_credentials(address: str, setting: str) -> str:
    """The address of the settings where it is the same one: it may hold a user and a password."""
    return setting if "://" in setting and without_credentials(setting) == address else address
