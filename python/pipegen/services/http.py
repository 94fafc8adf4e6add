"""JSON over HTTP for the services that speak it: one place for time-outs and for turning failures into sentences."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2

from pipegen.errors import FaultCode, ServiceError
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess

_TIMEOUT_S = 5.0


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


def without_credentials(url: str) -> str:
    """The URL as it may be shown: no user, no password, no query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    netloc = f"{host}:{parts.port}" if parts.port else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


class JsonService:
    """Base of the HTTP clients: owns one connection pool to one service.

    Args:
        url: Base URL of the service.
        name: The service's name in messages, such as ``Flink``.
        error: The exception class that failures become.
        remedy: What a user can do when it does not answer.
        access: Who we are and which certificates count.
        transport: For tests of the error mapping only.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        error: type[ServiceError],
        remedy: str,
        access: HttpAccess = OPEN_ACCESS,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.shown_url = without_credentials(self.url)
        self._name = name
        self._error = error
        self._remedy = remedy
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
        """Parsed JSON of the answer (text when it is none). ``root`` stands in for the base URL, on the same host.

        Raises:
            HttpRefusedError: on an error status.
            ServiceError: the client's own class, when the service does not answer.
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
            body = response.json()
        except ValueError:
            body = response.text
        if response.status_code >= 400:
            raise HttpRefusedError(response.status_code, body)
        return body

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
