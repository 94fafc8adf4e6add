"""JSON over HTTP for all services: sends requests and turns failures into sentences.

Each request has a deadline for the complete response, and each response a limit on size and nesting. Clients read the
content; a malformed value costs only that one figure.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx2
from pydantic_core import from_json

from pipegen.errors import FaultCode, ServiceError
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess
from pipegen.services.http_transport import AnswerTooLargeError, BoundedTransport
from pipegen.urls import each_url, joined, without_credentials

_TIMEOUT_S = 5.0
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD: Final = frozenset({307, 308})
_MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError)
_SILENT: Final[dict[type[BaseException], str]] = {
    httpx2.ReadError: "it closed the connection before answering",
    httpx2.WriteError: "it closed the connection before the request was sent",
}
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
        url: Base URL of the service; several, separated by commas, are tried in turn.
        name: The service's name in messages, such as ``Flink``.
        kind: What it should be, such as ``a Flink JobManager``.
        error: The exception class that failures become.
        remedy: What a user can do when it does not answer.
        address_remedy: What a user can do when something else answers in its place.
        security: Key of the section of settings that say who we are, such as ``flink.security``.
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
        security: str,
        access: HttpAccess = OPEN_ACCESS,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._urls = [each.rstrip("/") for each in each_url(url)]
        self._turn = 0
        self._name = name
        self._kind = kind
        self._error = error
        self._remedy = remedy
        self._address_remedy = address_remedy
        self._security = security
        for each in self._urls:
            access.proxies.proxy_for(each, with_credentials=access.auth is not None)
        self._client = httpx2.AsyncClient(
            transport=BoundedTransport(tls=access.tls, proxies=access.proxies, inner=transport),
            trust_env=False,
            auth=access.auth,
        )

    @property
    def url(self) -> str:
        """The base URL in use; of several, the one that answered last."""
        return self._urls[self._turn]

    @property
    def shown_url(self) -> str:
        """The same without credentials."""
        return without_credentials(self.url)

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
            ServiceError: the client's own class, if the complete response does not arrive within ``timeout_s`` or is
                not JSON.
        """
        headers = {"Accept": accept} if accept else {}
        tried: list[ServiceError] = []
        first = self._turn  # another request may change it meanwhile
        for turn in (*range(first, len(self._urls)), *range(first)):
            base = self._urls[turn]
            try:
                response = await self._whole_answer(base, method, joined(root or base, path), json, headers, timeout_s)
            except _AwayError as away:
                tried.append(away.error)
                continue
            self._turn = turn
            break
        else:
            raise self._away(tried)
        body = self._parsed(response)
        if response.status_code >= 400:
            raise HttpRefusedError(response.status_code, body)
        return body

    async def _whole_answer(
        self, base: str, method: str, url: str, json: Any, headers: dict[str, str], timeout_s: float
    ) -> httpx2.Response:
        """The complete response; a redirect within the service is followed.

        Raises:
            _AwayError: nothing answers there in time.
            ServiceError: the response is too large, or redirects to another host.
        """
        shown = without_credentials(base)
        try:
            async with asyncio.timeout(timeout_s):
                for _ in range(_MOST_REDIRECTS):
                    response = await self._client.request(method, url, json=json, timeout=timeout_s, headers=headers)
                    if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                        return response
                    url = self._redirected(shown, method, url, response)
        except (TimeoutError, httpx2.TimeoutException):
            raise _AwayError(
                self._error(f"{self._name} at {shown} did not answer within {timeout_s:g} s", remedy=self._remedy)
            ) from None
        except AnswerTooLargeError as error:
            raise self._error(
                f"{self._kind} was expected at {shown}, but {error}", remedy=self._address_remedy
            ) from None
        except (httpx2.RequestError, httpx2.InvalidURL, ssl.SSLError) as error:
            # A TLS alert that comes after the handshake, such as a missing client certificate, is passed through bare.
            reason = str(error) or _SILENT.get(type(error), type(error).__name__)
            raise _AwayError(
                self._error(f"{self._name} at {shown} cannot be reached: {reason}", remedy=self._remedy)
            ) from None
        raise self._error(f"{shown} redirects more than {_MOST_REDIRECTS} times", remedy=self._address_remedy)

    def _redirected(self, shown: str, method: str, url: str, response: httpx2.Response) -> str:
        """The target of a redirect on the same host; credentials are sent to no other host."""
        target = response.headers["Location"]
        try:
            target = urljoin(url, target)
            before, after = urlsplit(url), urlsplit(target)
            same_host = before.hostname == after.hostname and after.scheme in {before.scheme, "https"}
            lasting = method == "GET" or response.status_code in _SAME_METHOD
            if same_host and lasting and after.port != 0:
                if "@" in before.netloc and "@" not in after.netloc:
                    who = before.netloc.rpartition("@")[0]
                    after = after._replace(netloc=f"{who}@{after.netloc}")
                return after.geturl()
        except ValueError:
            pass  # the target is not an address
        elsewhere = without_credentials(target)
        raise self._error(
            f"{self._name} at {shown} redirects to {elsewhere}",
            remedy=f"Use the address it redirects to: {elsewhere}",
        )

    def _parsed(self, response: httpx2.Response) -> Any:
        if not response.content:
            return None
        try:
            # Infinity and NaN are not JSON, but Flink sends them: they cost the figure, not the response.
            return from_json(response.content, allow_inf_nan=True)
        except ValueError:
            if response.status_code < 400:
                raise self.odd_answer() from None
            return response.text

    def _away(self, tried: list[ServiceError]) -> ServiceError:
        """The error when none of the addresses answers."""
        if len(tried) == 1:
            return tried[0]
        return self._error(
            f"{self._name} cannot be reached at any of its {len(tried)} addresses",
            detail="\n".join(error.message for error in tried),
            remedy=self._remedy,
        )

    def odd_answer(self) -> ServiceError:
        """A sentence for an answer that is not this service's, such as a proxy's login page."""
        return self._error(f"{self.shown_url} answers, but not like {self._kind}", remedy=self._address_remedy)

    def refused(self, doing: str, refusal: HttpRefusedError, *, detail: str | None = None) -> ServiceError:
        """A sentence for a refusal that the caller cannot act on."""
        return self._error(
            f"{self._name} at {self.shown_url} refused {doing} (HTTP {refusal.status})",
            remedy=self._remedy_of(refusal.status),
            detail=detail if detail is not None else str(refusal.body)[:2000],
            code=FaultCode(http_status=refusal.status, registry=_error_code(refusal.body)),
        )

    def _remedy_of(self, status: int) -> str | None:
        """The remedy for a refusal explained by the address or the credentials."""
        key = self._security
        variable = f"PIPEGEN_{key.replace('.', '_').upper()}"
        if status == httpx2.codes.UNAUTHORIZED:
            return f"Set {key}.username and password, or {key}.bearer_token ({variable}_…)."
        if status == httpx2.codes.FORBIDDEN:
            return f"Grant this user the permission, or configure another user in {key} ({variable}_…)."
        if status == httpx2.codes.NOT_FOUND:
            return f"Check whether a path is missing after {self.shown_url}. {self._address_remedy}"
        if status == httpx2.codes.PROXY_AUTHENTICATION_REQUIRED:
            return "Put the proxy's user and password into the setting proxy, or add the host to NO_PROXY."
        return None


class _AwayError(Exception):
    """An address does not answer, but another one of the same service may."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__(error.message)
        self.error = error


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
