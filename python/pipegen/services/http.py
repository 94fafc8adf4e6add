"""JSON over HTTP for the services that speak it: one place for time-outs and for turning failures into sentences."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx2

from pipegen.errors import FaultCode, ServiceError
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess
from pipegen.urls import without_credentials

_TIMEOUT_S = 5.0
_MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S", bound="JsonService")


class HttpRefusedError(Exception):
    """The service answered with an error status; the caller knows what that means.

    Attributes:
        status: HTTP status.
        body: Parsed JSON, or the text as it came.
    """

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body


class JsonService:
    """Base of the HTTP clients: owns one connection pool to one service.

    Args:
        url: Base URL of the service.
        name: The service's name in messages, such as ``Flink``.
        kind: What it should be, such as ``a Flink JobManager``.
        error: The exception class that failures become.
        remedy: What a user can do when it does not answer.
        address_remedy: What a user can do when something else answers in its place.
        access: Who we are and which certificates count.
        transport: For tests of the error mapping only.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        kind: str,
        error: type[ServiceError],
        remedy: str,
        address_remedy: str,
        access: HttpAccess = OPEN_ACCESS,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.shown_url = without_credentials(self.url)
        self._name = name
        self._kind = kind
        self._error = error
        self._remedy = remedy
        self._address_remedy = address_remedy
        self._client = httpx2.AsyncClient(
            timeout=_TIMEOUT_S,
            transport=transport,
            trust_env=False,
            auth=access.auth,
            verify=True if access.tls is None else access.tls,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        timeout_s: float = _TIMEOUT_S,
        accept: str | None = None,
        root: str | None = None,
    ) -> Any:
        """Parsed JSON of the answer; None for an empty one. ``root`` stands in for the base URL, on the same host.

        Raises:
            HttpRefusedError: on an error status.
            ServiceError: the client's own class, when the service does not answer, or not in JSON.
        """
        headers = {"Accept": accept} if accept else None
        try:
            response = await self._client.request(
                method, (root or self.url) + path, json=json, timeout=timeout_s, headers=headers
            )
        except httpx2.TimeoutException:
            raise self._error(
                f"{self._name} at {self.shown_url} did not answer within {timeout_s:g} s", remedy=self._remedy
            ) from None
        except (httpx2.RequestError, httpx2.InvalidURL, ssl.SSLError) as error:
            # A TLS alert that comes after the handshake, such as a missing client certificate, is passed through bare.
            reason = str(error) or type(error).__name__
            raise self._error(
                f"{self._name} at {self.shown_url} cannot be reached: {reason}", remedy=self._remedy
            ) from None
        try:
            body = response.json() if response.content else None
        except ValueError:
            body = response.text
            if response.status_code < 400:
                raise self.odd_answer() from None
        if response.status_code >= 400:
            raise HttpRefusedError(response.status_code, body)
        return body

    def odd_answer(self) -> ServiceError:
        """A sentence for an answer that is not this service's, such as a proxy's login page."""
        return self._error(f"{self.shown_url} answers, but not like {self._kind}", remedy=self._address_remedy)

    def refused(self, doing: str, refusal: HttpRefusedError, *, detail: str | None = None) -> ServiceError:
        """A sentence for a refusal that the caller cannot act on."""
        return self._error(
            f"{self._name} at {self.shown_url} refused {doing} (HTTP {refusal.status})",
            detail=detail if detail is not None else str(refusal.body)[:2000],
            code=FaultCode(http_status=refusal.status, registry=_error_code(refusal.body)),
        )


def _error_code(body: Any) -> int | None:
    """The registry's own error code, where the body has one."""
    code = body.get("error_code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None


def understood(
    ask: Callable[Concatenate[_S, _P], Awaitable[_R]],
) -> Callable[Concatenate[_S, _P], Awaitable[_R]]:
    """For a client's method that reads an answer: one that it cannot read is the service's fault, not PipeGen's."""

    @functools.wraps(ask)
    async def asked(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return await ask(self, *args, **kwargs)
        except _MISREAD:
            raise self.odd_answer() from None

    return asked
