"""What a connection may send and hold: viewers have nothing to say, and none may cost the others anything."""

from __future__ import annotations

import asyncio
import resource
import zlib
from typing import Any, Final

import psutil
from hypercorn.protocol import ws_stream
from hypercorn.protocol.h11 import H11Protocol
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason

MOST_MESSAGE_BYTES: Final = 4_096
_MOST_CONNECTIONS: Final = 512
_LEAST_CONNECTIONS: Final = 8
_USUAL_FILES: Final = 1_024
_BURST_BYTES: Final = 16_384
_BYTES_PER_S: Final = 1_024
STUCK_S: Final = 30.0


def connections_at_most() -> int:
    """How many connections are served at a time: at most half of the files that this process may still open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = psutil.Process().num_fds()
    files = _USUAL_FILES * 64 if soft == resource.RLIM_INFINITY else soft
    return min(_MOST_CONNECTIONS, max(_LEAST_CONNECTIONS, (files - opened) // 2))


class _BoundedDeflate(PerMessageDeflate):
    """Inflates no more of what a viewer says than a message may have."""

    def frame_inbound_payload_data(self, proto: Any, data: bytes) -> bytes | CloseReason:  # noqa: ARG002
        if not self._inbound_compressed or not self._inbound_is_compressible:
            return data
        assert self._decompressor is not None  # noqa: S101 -- made with the frame's header
        try:
            text: bytes = self._decompressor.decompress(bytes(data), MOST_MESSAGE_BYTES + 1)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        return CloseReason.MESSAGE_TOO_BIG if len(text) > MOST_MESSAGE_BYTES else text


# Hypercorn makes the extension by this name for each socket, and has no setting for it.
ws_stream.PerMessageDeflate = _BoundedDeflate  # type: ignore[attr-defined]


async def _stay_with_http_1(_protocol: H11Protocol, _request: object) -> None:
    """Takes a request for what it says, whatever protocol it would rather speak.

    Over HTTP/2 one connection asks for a hundred answers at a time and takes questions back for nothing: no viewer
    needs it, and Hypercorn has no setting that turns it off.
    """


H11Protocol._check_protocol = _stay_with_http_1  # type: ignore[method-assign, assignment]  # noqa: SLF001


class BoundedReader:
    """A connection's stream that ends when an open socket says too much, whatever that is.

    Args:
        reader: The stream.
        writer: Its other half.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._left_bytes: float | None = None
        self._at_s = 0.0
        self._cut = False

    def listen_no_more(self) -> None:
        """From now on this is the socket of a tab, which says nothing but goodbye and answers to pings."""
        self._left_bytes, self._at_s = _BURST_BYTES, asyncio.get_running_loop().time()

    async def read(self, most_bytes: int) -> bytes:
        """Some bytes; none where the connection has ended or was cut."""
        data = await self._reader.read(most_bytes)
        if self._left_bytes is None:
            return data
        now_s = asyncio.get_running_loop().time()
        earned = (now_s - self._at_s) * _BYTES_PER_S
        self._left_bytes, self._at_s = min(_BURST_BYTES, self._left_bytes + earned) - len(data), now_s
        if self._left_bytes < 0:
            self._cut = True
            self._writer.transport.abort()
            return b""
        return data

    def at_eof(self) -> bool:
        """Whether nothing follows."""
        return self._cut or self._reader.at_eof()


class StuckWriters:
    """Finds connections whose other end asks and does not read."""

    def __init__(self) -> None:
        self._seen: dict[asyncio.StreamWriter, tuple[int, float]] = {}

    def cut(self, writers: list[asyncio.StreamWriter], now_s: float) -> None:
        """Cuts each that has taken nothing of what waits for it for too long."""
        seen: dict[asyncio.StreamWriter, tuple[int, float]] = {}
        for writer in writers:
            waiting = writer.transport.get_write_buffer_size()
            before, since_s = self._seen.get(writer, (0, now_s))
            if not waiting or waiting < before or writer not in self._seen:
                since_s = now_s
            if waiting and now_s - since_s >= STUCK_S:
                writer.transport.abort()
            else:
                seen[writer] = (waiting, since_s)
        self._seen = seen
