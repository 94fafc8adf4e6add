"""Chooses the ports of a stack, or says why it cannot. Binds only for the moment of the test."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from pipegen.config.addresses import (
    FLINK_PORT,
    KAFKA_PORT,
    LOOPBACK,
    REGISTRY_PORT,
    SQL_GATEWAY_PORT,
    local_addresses,
)
from pipegen.errors import StackError
from pipegen.lock import hold
from pipegen.port_holder import port_holder
from pipegen.regular_file import read_regular
from pipegen.stack.parts import Endpoints, Part
from pipegen.user_folders import runtime_folder
from pipegen.whole_file import write_whole

# A JVM takes a second or more until it binds its port; until then nobody else may be given it.
_RESERVED_FOR_S = 60.0
_MOST_BYTES = 1_000_000
_FIRST_INTERNAL, _SPAN = 20_000, 10_000


class Ports(BaseModel):
    """The port of each listener. The last three are internal: any free port will do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kafka: int = KAFKA_PORT
    registry: int = REGISTRY_PORT
    flink: int = FLINK_PORT
    sql_gateway: int = SQL_GATEWAY_PORT
    kafka_controller: int
    registry_management: int
    jobmanager_rpc: int


_PORT_OF: dict[Part, str] = {
    Part.KAFKA: "kafka",
    Part.REGISTRY: "registry",
    Part.JOBMANAGER: "flink",
    Part.SQL_GATEWAY: "sql_gateway",
}
PUBLIC = ("kafka", "registry", "flink", "sql_gateway")
INTERNAL = ("kafka_controller", "registry_management", "jobmanager_rpc")


def port_of(part: Part, ports: Ports) -> int | None:
    """What a part answers at; the TaskManager has no port that anyone but its JobManager uses."""
    return getattr(ports, _PORT_OF[part]) if part in _PORT_OF else None


def endpoints_at(ports: Ports) -> Endpoints:
    """The addresses that go with the ports."""
    public = {name: getattr(ports, name) for name in PUBLIC}
    return Endpoints(**local_addresses(**public))


def choose_ports(*, auto: bool, keep: dict[str, int], last: Ports | None) -> Ports:
    """Choose a port for every listener.

    Args:
        auto: Take the next free port where the wanted one is taken.
        keep: Ports that parts of this stack listen on right now.
        last: What this stack had before: its internal ports are taken again where they are free, and its public ones
            while other parts of it still run, because they and their users know them.

    Raises:
        StackError: a wanted port is taken; names the process that holds it.
    """
    with _reservations() as reserved:
        chosen = dict(keep)
        for name in PUBLIC:
            if name not in chosen:
                again_at: int | None = getattr(last, name, None) if keep else None
                free = again_at is not None and again_at not in reserved and is_free(again_at)
                chosen[name] = again_at if again_at is not None and free else _public(name, auto=auto, taken=reserved)
                reserved.add(chosen[name])
        for name in INTERNAL:
            if name not in chosen:
                before: int | None = getattr(last, name, None)
                again = before is not None and before not in reserved and is_free(before)
                chosen[name] = before if before is not None and again else _internal(reserved)
                reserved.add(chosen[name])
    return Ports(**chosen)


def release(ports: Ports) -> None:
    """Give the reservation back: the processes hold the ports now, or never will."""
    with _reservations() as reserved:
        reserved -= set(ports.model_dump().values())


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a connection of yesterday that still lingers does not take the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _public(name: str, *, auto: bool, taken: set[int]) -> int:
    wanted: int = Ports.model_fields[name].default
    if wanted not in taken and is_free(wanted):
        return wanted
    if auto:
        for port in range(wanted + 1, wanted + 1000):
            if port not in taken and is_free(port):
                return port
    by = "another stack that is starting" if is_free(wanted) else port_holder(wanted)
    raise StackError(
        f"port {wanted}, which {name.replace('_', ' ')} needs, is taken by {by}",
        remedy="stop that process, or use --auto-ports to take the next free port",
    )


def _internal(taken: set[int]) -> int:
    # Below the range that the kernel gives to outgoing connections, so that none of these gets in the way later.
    start = _FIRST_INTERNAL + os.getpid() % _SPAN
    for step in range(_SPAN):
        port = _FIRST_INTERNAL + (start + step) % _SPAN
        if port not in taken and is_free(port):
            return port
    raise StackError(f"no port from {_FIRST_INTERNAL} to {_FIRST_INTERNAL + _SPAN} is free")


@contextmanager
def _reservations() -> Iterator[set[int]]:
    """The ports given to stacks that start at this moment: what is added is kept for a minute, unless removed."""
    try:
        path = runtime_folder() / "ports.json"
        held = hold(path.with_suffix(".lock"))
    except OSError as error:
        raise StackError(
            f"{error.filename}, where the ports of starting stacks are kept, cannot be used: {error.strerror}",
            remedy="Let XDG_RUNTIME_DIR or XDG_STATE_HOME name a folder that you may write to.",
        ) from None
    with held:
        now_s = time.time()
        until = {port: until_s for port, until_s in _read(path).items() if now_s < until_s < now_s + 3600}
        taken = set(until)
        yield taken
        until = {port: until.get(port, now_s + _RESERVED_FOR_S) for port in taken}
        with suppress(OSError):  # a disk that is full: then two stacks may choose the same port
            write_whole(path, json.dumps(until))


class _Reserved(BaseModel):
    until_s: dict[int, float]


def _read(path: Path) -> dict[int, float]:
    try:
        return _Reserved.model_validate({"until_s": from_json(read_regular(path, most_bytes=_MOST_BYTES))}).until_s
    except (OSError, ValueError):  # not there yet, or not what was written there
        return {}
