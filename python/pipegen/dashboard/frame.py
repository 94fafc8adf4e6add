"""One update as it goes over the wire: its text, and the bytes of a WebSocket message, made once for all tabs.

A message from a server is not masked, and one that was compressed from an empty window is understood by every client,
whatever it has read before. So all tabs that agreed to the same window get the same bytes. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage
from wsproto.extensions import PerMessageDeflate
from wsproto.handshake import server_extensions_handshake
from wsproto.utilities import split_comma_header

Deflate = str  # What a tab and the server agreed on; empty for no compression.


def agreed_deflate(offers: Sequence[str]) -> Deflate:
    """What Hypercorn answers to a tab's ``Sec-WebSocket-Extensions`` headers, by the same rules."""
    return _agreed(PerMessageDeflate(), offers)


def _agreed(deflate: PerMessageDeflate, offers: Sequence[str]) -> Deflate:
    if not offers:
        return ""
    answer = server_extensions_handshake(split_comma_header(offers[-1].encode()), [deflate])
    return answer.decode() if answer else ""


class Frame:
    """One update.

    Args:
        text: Its JSON.
    """

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self._messages: dict[Deflate, bytes] = {}

    def message(self, deflate: Deflate) -> bytes:
        """The whole WebSocket message for tabs that agreed on this."""
        found = self._messages.get(deflate)
        if found is None:
            extension = PerMessageDeflate()
            _agreed(extension, [deflate] if deflate else [])
            found = Connection(ConnectionType.SERVER, [extension]).send(TextMessage(data=self.text))
            self._messages[deflate] = found
        return found
