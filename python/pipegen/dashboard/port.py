"""The dashboard's listening socket; a port that cannot be had becomes a sentence that names who has it."""

from __future__ import annotations

import errno
import socket
from typing import Final

from pipegen.errors import SettingsError
from pipegen.port_holder import port_holder

_SEND_BUFFER_BYTES: Final = 256 * 1024
_ELSEWHERE: Final = "Choose another port with --dashboard-port; 0 takes any free one."


def listen(host: str, port: int) -> socket.socket:
    """A bound, listening socket.

    Raises:
        SettingsError: when the address cannot be resolved or bound.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise SettingsError(
            f"the dashboard cannot listen on {host!r}: {error.strerror}",
            remedy="Use an address of this machine for dashboard.host, like 127.0.0.1.",
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by every connection: what a viewer that stopped reading can hold of our memory.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        listener.bind(address)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _explained(error, host, port) from error
    return listener


def _explained(error: OSError, host: str, port: int) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(f"port {port} of the dashboard is taken by {port_holder(port)}", remedy=_ELSEWHERE)
    if error.errno == errno.EACCES:
        return SettingsError(f"the dashboard may not listen on port {port}: it is reserved", remedy=_ELSEWHERE)
    return SettingsError(
        f"the dashboard cannot listen on {host}:{port}: {error.strerror}",
        remedy="Use an address of this machine for dashboard.host, like 127.0.0.1.",
    )
