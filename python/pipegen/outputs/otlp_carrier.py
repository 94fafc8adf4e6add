"""Sends the pushes of the OTLP exporter with the deadline, limits and proxy rule of every PipeGen client.

The exporter needs a session of ``requests``, which comes with the extra ``otel``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import requests
from requests.adapters import BaseAdapter

from pipegen.errors import SettingsError
from pipegen.services.http_transport import BoundedTransport
from pipegen.services.proxies import ProxyRule
from pipegen.urls import without_credentials

_MOST_BYTES: Final = 1_000_000
_TIMEOUT_S: Final = 5.0
_OF_THE_CLIENT: Final = frozenset({"Content-Length", "Connection"})


@dataclass(frozen=True, slots=True)
class Carrier:
    """A session for the exporter."""

    session: requests.Session
    _adapter: _Adapter

    @property
    def failure(self) -> str | None:
        """Why the latest push failed; None if it succeeded or was not tried."""
        return self._adapter.failure


def carrier(proxy: str | None) -> Carrier:
    """A session whose pushes finish within their timeout.

    Args:
        proxy: The setting ``proxy``.
    """
    session = requests.Session()
    # No proxies from the environment and no .netrc: the endpoint alone determines host and user.
    session.trust_env = False
    adapter = _Adapter(ProxyRule(proxy))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return Carrier(session, adapter)


class _Adapter(BaseAdapter):
    """Sends one request from the exporter's thread, on its own event loop."""

    def __init__(self, proxies: ProxyRule) -> None:
        super().__init__()
        self._proxies = proxies
        self.failure: str | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """See the adapters of ``requests``."""
        timeout_s = float(timeout) if isinstance(timeout, int | float) else _TIMEOUT_S
        try:
            with asyncio.Runner() as runner:
                answer = runner.run(self._answer(request, timeout_s))
        except TimeoutError:
            self.failure = f"no response within {timeout_s:g} s"
        except httpx2.RemoteProtocolError:
            self.failure = "the server there does not speak HTTP/1.1"
        except (httpx2.HTTPError, httpx2.InvalidURL, SettingsError, OSError) as error:
            self.failure = f"it cannot be reached: {error or type(error).__name__}"
        else:
            self.failure = None if answer.is_success else _refusal(answer)
            return _response(request, answer)
        raise requests.exceptions.ConnectionError(self.failure, request=request)

    def close(self) -> None:
        """Each push closes its own connection."""

    async def _answer(self, request: requests.PreparedRequest, timeout_s: float) -> httpx2.Response:
        transport = BoundedTransport(most_bytes=_MOST_BYTES, proxies=self._proxies)
        async with (
            asyncio.timeout(timeout_s),
            httpx2.AsyncClient(transport=transport, timeout=timeout_s, trust_env=False) as client,
        ):
            return await client.request(
                request.method or "POST",
                request.url or "",
                content=request.body if isinstance(request.body, bytes | str) else None,
                headers={name: str(value) for name, value in request.headers.items() if name not in _OF_THE_CLIENT},
            )


def _refusal(answer: httpx2.Response) -> str:
    told = f"HTTP {answer.status_code} {answer.reason_phrase}".strip()
    if "Location" in answer.headers:
        told += f", which redirects to {without_credentials(answer.headers['Location'])}"
    return told


def _response(request: requests.PreparedRequest, answer: httpx2.Response) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response.reason = answer.reason_phrase
    # A redirect is reported but not followed: it may lead to another host.
    response.headers.update({name: value for name, value in answer.headers.items() if name.lower() != "location"})
    response._content = answer.content  # noqa: SLF001 -- the way adapters hand a body on
    response.request = request
    response.url = request.url or ""
    return response
