"""Carries every HTTP request of PipeGen: limits the size of responses and applies one proxy rule."""

from __future__ import annotations

import ssl
import threading
import zlib
from collections.abc import AsyncIterator
from typing import Any, Final

import h11
import httpx2
from httpcore2 import AsyncHTTP11Connection, RemoteProtocolError

from pipegen.services.proxies import ENVIRONMENT, ProxyRule
from pipegen.units import format_bytes

MOST_BYTES: Final = 16_000_000
"""Maximum size of a response after decompression, unless its reader sets a lower limit."""
_PIECE_BYTES: Final = 1_000_000
_MOST_PROMISES: Final = 20
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32


_receive_event = AsyncHTTP11Connection._receive_event  # noqa: SLF001


async def _receive_without_patience(self: AsyncHTTP11Connection, timeout: float | None = None) -> Any:  # noqa: ASYNC109
    """What comes next on a connection.

    "100 Continue" may come any number of times before a response. Reading them takes all of the loop's time, so that a
    deadline alone would not be enough, and httpcore has no limit for them.
    """
    event = await _receive_event(self, timeout)
    if isinstance(event, h11.Response):
        self._promises = 0  # type: ignore[attr-defined]
    elif isinstance(event, h11.InformationalResponse):
        self._promises = getattr(self, "_promises", 0) + 1  # type: ignore[attr-defined]
        if self._promises > _MOST_PROMISES:  # type: ignore[attr-defined]
            raise RemoteProtocolError("it announces a response again and again, and sends none")
    return event


AsyncHTTP11Connection._receive_event = _receive_without_patience  # type: ignore[method-assign]  # noqa: SLF001


class AnswerTooLargeError(httpx2.RequestError):
    """A response exceeded the limit."""


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Connections whose responses are limited in size.

    Args:
        most_bytes: Maximum size of a response after decompression.
        tls: Trusted certificates; the system's by default.
        proxies: Which proxy a request goes through.
        inner: For tests: carries the requests instead of connections.
    """

    def __init__(
        self,
        *,
        most_bytes: int = MOST_BYTES,
        tls: ssl.SSLContext | None = None,
        proxies: ProxyRule = ENVIRONMENT,
        inner: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._most_bytes = most_bytes
        self._tls = tls
        self._proxies = proxies
        self._inner = inner
        self._carriers: dict[tuple[str, str | None], httpx2.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx's transports."""
        # An unknown encoding could not be limited while decompressing.
        request.headers["Accept-Encoding"] = "gzip"
        response = await self._carrier(request).handle_async_request(request)
        packing = response.headers.pop("Content-Encoding", "identity").strip().lower()
        if packing not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            await response.aclose()
            raise httpx2.DecodingError(f"the response is compressed as {packing[:40]!r}, which was not requested")
        stream = response.stream
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise httpx2.DecodingError("the response cannot be read")
        response.stream = _Bounded(stream, self._most_bytes, packed=packing not in {"", "identity"})
        return response

    async def aclose(self) -> None:
        """Closes the connections."""
        for transport in self._carriers.values():
            await transport.aclose()

    def _carrier(self, request: httpx2.Request) -> httpx2.AsyncBaseTransport:
        if self._inner is not None:
            return self._inner
        proxy = self._proxies.proxy_for(str(request.url), with_credentials="Authorization" in request.headers)
        key = (request.url.scheme, proxy)
        if key not in self._carriers:
            # Reading certificates takes tens of milliseconds; without TLS there are none to check.
            verify: ssl.SSLContext | bool = request.url.scheme == "https" or (proxy or "").startswith("https:")
            if verify and self._tls is not None:
                verify = self._tls
            self._carriers[key] = httpx2.AsyncHTTPTransport(verify=verify, proxy=proxy, trust_env=False)
        return self._carriers[key]


class RoutedTransport(httpx2.BaseTransport):
    """Connections for a synchronous client, such as the one for large downloads: applies only the proxy rule.

    Args:
        proxies: Which proxy a request goes through.
    """

    def __init__(self, proxies: ProxyRule = ENVIRONMENT) -> None:
        self._proxies = proxies
        self._by_proxy: dict[str | None, httpx2.HTTPTransport] = {}
        self._choosing = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx's transports."""
        proxy = self._proxies.proxy_for(str(request.url), with_credentials="Authorization" in request.headers)
        with self._choosing:
            if proxy not in self._by_proxy:
                self._by_proxy[proxy] = httpx2.HTTPTransport(proxy=proxy, trust_env=False)
        return self._by_proxy[proxy].handle_request(request)

    def close(self) -> None:
        """Closes the connections."""
        for transport in self._by_proxy.values():
            transport.close()


class _Bounded(httpx2.AsyncByteStream):
    """The decompressed bytes of a response, up to a limit."""

    def __init__(self, stream: httpx2.AsyncByteStream, most_bytes: int, *, packed: bool) -> None:
        self._stream = stream
        self._most_bytes = most_bytes
        self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if packed else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._stream:
            rest = chunk
            while rest:
                piece, rest = self._unpacked(rest)
                read += len(piece)
                if read > self._most_bytes:
                    raise AnswerTooLargeError(f"it answered with more than {format_bytes(self._most_bytes)}")
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()

    def _unpacked(self, packed: bytes) -> tuple[bytes, bytes]:
        """A decompressed chunk of bounded size, and the remaining compressed bytes."""
        if self._unpacker is None:
            return packed, b""
        try:
            piece = self._unpacker.decompress(packed, _PIECE_BYTES)
        except zlib.error as error:
            raise httpx2.DecodingError(f"the response cannot be decompressed: {error}") from None
        return piece, self._unpacker.unconsumed_tail
