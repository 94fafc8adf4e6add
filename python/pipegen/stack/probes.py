"""Asks a part, briefly and as a client would, whether it can be used now. Changes nothing; "not yet" is no error."""

from __future__ import annotations

import socket
import struct

import httpx2

from pipegen.config.addresses import LOOPBACK, REGISTRY_API
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports


def is_ready(part: Part, ports: Ports, client: httpx2.Client, *, instance: str = "") -> bool:
    """Whether the part answers as it should.

    Args:
        part: Which part.
        ports: Where the parts listen.
        client: Its timeout is how long an answer may take.
        instance: The TaskManager's id. For a while after one died, its JobManager still counts its slots.
    """
    match part:
        case Part.KAFKA:
            return lists_a_broker(ports.kafka)
        case Part.REGISTRY:
            return _answers(client, f"http://{LOOPBACK}:{ports.registry}{REGISTRY_API}/config")
        case Part.JOBMANAGER:
            return _answers(client, f"http://{LOOPBACK}:{ports.flink}/overview")
        case Part.TASKMANAGER:
            return _is_registered(client, f"http://{LOOPBACK}:{ports.flink}/taskmanagers", instance)
        case Part.SQL_GATEWAY:
            return _answers(client, f"http://{LOOPBACK}:{ports.sql_gateway}/v1/info")


def lists_a_broker(port: int, *, host: str = LOOPBACK) -> bool:
    """Ask for metadata: before it is unfenced, a broker accepts connections but lists no broker."""
    # Metadata request, version 0, correlation id 1, no client id, one topic list of length 0 (all topics).
    request = struct.pack(">hhihi", 3, 0, 1, -1, 0)
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            # Length of the answer, correlation id, number of brokers.
            head = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(head) == 12 and int(struct.unpack(">iii", head)[2]) > 0


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx2.HTTPError:
        return False


def _is_registered(client: httpx2.Client, url: str, instance: str) -> bool:
    try:
        answer = client.get(url)
        listed = answer.json()["taskmanagers"] if answer.is_success else []
        return any(instance in {"", manager["id"]} and manager["slotsNumber"] > 0 for manager in listed)
    except (httpx2.HTTPError, ValueError, KeyError):
        return False
