"""Checks whether brokers can be reached from here, including the addresses they advertise.

After the first response a client uses the address that the broker advertises, which may be reachable only elsewhere,
for example within a container network.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipegen.config.addresses import KAFKA_PORT
from pipegen.errors import FaultCode, KafkaError
from pipegen.services.kafka import ClusterView, KafkaAdmin

_TIMEOUT_S: Final = 3.0
_MOST: Final = 32
_RESOLVE: Final = "cannot be resolved"


@dataclass(frozen=True, slots=True)
class ReachedCluster:
    """A cluster that answers.

    Attributes:
        view: Its metadata.
        unreachable: Its brokers that cannot be reached from here, and why.
    """

    view: ClusterView
    unreachable: Mapping[str, str] = field(default_factory=dict)


def reach(kafka: KafkaAdmin) -> ReachedCluster:
    """Asks a cluster for its metadata and tests the addresses its brokers advertise. Blocks for a few seconds.

    Raises:
        KafkaError: no broker answers, with the reason; or all of them advertise addresses that cannot be reached.
    """
    asked = kafka.bootstrap_servers
    try:
        view = kafka.cluster()
    except KafkaError as error:
        reasons = unreachable(asked.split(","))
        if not reasons:
            raise
        told = "; ".join(f"{address} {why}" for address, why in reasons.items())
        code = FaultCode(kafka="_RESOLVE") if all(_RESOLVE in why for why in reasons.values()) else error.code
        raise KafkaError(f"Kafka at {asked} cannot be reached: {told}", remedy=error.remedy, code=code) from None
    # Several brokers may advertise one address.
    advertised = list(dict.fromkeys(view.brokers.values()))[:_MOST]
    lost = unreachable(advertised)
    if lost and len(lost) == len(advertised):
        address, why = next(iter(lost.items()))
        others = f" (and {len(lost) - 1} more like it)" if len(lost) > 1 else ""
        raise KafkaError(
            f"{asked} answers, but its broker advertises {address}{others}, which {why}",
            remedy="Set advertised.listeners of the broker to an address that can be reached from here, or use another "
            "one with --bootstrap-servers.",
            code=FaultCode(kafka="_RESOLVE" if why.startswith(_RESOLVE) else "_TRANSPORT"),
        )
    return ReachedCluster(view, lost)


def unreachable(addresses: Sequence[str], *, timeout_s: float = _TIMEOUT_S) -> dict[str, str]:
    """The unreachable addresses, with reasons as ends of sentences; all are tried at once, for ``timeout_s``."""
    found: dict[str, str | None] = {}

    def look(address: str) -> None:
        found[address] = _why(address, timeout_s)

    threads = [threading.Thread(target=look, args=(address,), daemon=True) for address in dict.fromkeys(addresses)]
    for thread in threads:
        thread.start()
    end_s = time.monotonic() + timeout_s
    for thread in threads:
        # A hanging name lookup cannot be cancelled: abandon it.
        thread.join(max(0.0, end_s - time.monotonic()) + 0.1)
    slow = f"did not answer within {timeout_s:g} s"
    told = {address: found.get(address, slow) for address in dict.fromkeys(addresses)}
    return {address: why for address, why in told.items() if why is not None}


def _why(address: str, timeout_s: float) -> str | None:
    host, port = _parts(address)
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return f"{_RESOLVE}: {reason}"
    why = "has no address"
    for family, kind, protocol, _, place in places:
        try:
            with socket.socket(family, kind, protocol) as connection:
                connection.settimeout(timeout_s / len(places))
                connection.connect(place)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            why = f"cannot be reached: {reason}"
        else:
            return None
    return why


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.strip().rpartition("://")[2].rpartition(":")
    if not host or not port.isdecimal():
        return address.strip().rpartition("://")[2].strip("[]"), KAFKA_PORT
    return host.strip("[]"), int(port)
