"""Security settings as what an HTTP client needs: who we are, and which certificates count."""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx2

from pipegen.config import HttpSecurity
from pipegen.errors import SettingsError
from pipegen.services.proxies import ENVIRONMENT, ProxyRule
from pipegen.urls import credentials_of, each_url, is_encoded, without_user

_EARLY_S: Final = 30.0
_DEFAULT_LIFE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class HttpAccess:
    """What a client is made with; holds secrets, so it is never printed.

    Attributes:
        auth: Adds who we are to each request.
        tls: Certificates; None takes the system's.
        proxies: Which proxy requests go through.
    """

    auth: httpx2.Auth | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    proxies: ProxyRule = ENVIRONMENT


OPEN_ACCESS: Final = HttpAccess()
"""For a service that lets everyone in."""


def http_access(security: HttpSecurity, *, section: str, proxy: str | None = None) -> HttpAccess:
    """Access from settings.

    Args:
        security: The settings.
        section: Their key, such as ``flink``, for messages.
        proxy: The setting ``proxy``.

    Raises:
        SettingsError: when parts are missing or contradict each other, or a file cannot be used.
    """
    return HttpAccess(_auth(security, section), _tls(security, section), ProxyRule(proxy))


def _auth(security: HttpSecurity, section: str) -> httpx2.Auth | None:
    ways = {
        "username": security.username,
        "bearer_token": security.bearer_token,
        "oauth_token_url": security.oauth_token_url,
    }
    chosen = [name for name, value in ways.items() if value is not None]
    if len(chosen) > 1:
        raise SettingsError(
            f"{section}.security: {chosen[0]} and {chosen[1]} exclude each other", remedy="Keep one of the two."
        )
    if security.username is not None:
        password = security.password.get_secret_value() if security.password is not None else ""
        return httpx2.BasicAuth(security.username, password)
    if security.bearer_token is not None:
        return _Bearer(security.bearer_token.get_secret_value())
    if security.oauth_token_url is None:
        return None
    if security.oauth_client_id is None or security.oauth_client_secret is None:
        raise SettingsError(
            f"{section}.security: oauth_token_url needs oauth_client_id and oauth_client_secret", remedy="Set both."
        )
    return ClientCredentials(
        security.oauth_token_url,
        security.oauth_client_id,
        security.oauth_client_secret.get_secret_value(),
        security.oauth_scope,
    )


class _Bearer(httpx2.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class ClientCredentials(httpx2.Auth):
    """OAuth client credentials: fetches a token, keeps it until shortly before its end, and once more after a 401.

    Args:
        token_url: Token endpoint.
        client_id: Who we are.
        client_secret: What proves it.
        scope: Scope to ask for.
    """

    requires_response_body = True

    def __init__(self, token_url: str, client_id: str, client_secret: str, scope: str | None) -> None:
        self._token_url = token_url
        self._client = httpx2.BasicAuth(client_id, client_secret)
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._token: str | None = None
        self._good_until_s = 0.0

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """See httpx's custom authentication."""
        if self._token is None or time.monotonic() >= self._good_until_s:
            yield from self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            yield from self._fetch()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _fetch(self) -> Generator[httpx2.Request, httpx2.Response, None]:
        asked = httpx2.Request("POST", self._token_url, data=self._form, headers={"Accept": "application/json"})
        response = yield next(self._client.auth_flow(asked))
        try:
            answer = response.json()
            self._token = str(answer["access_token"])
        except (ValueError, KeyError, TypeError):
            self._token = None
            raise httpx2.RequestError(
                f"the OAuth token endpoint answered HTTP {response.status_code} without a token", request=asked
            ) from None
        life_s = _seconds(answer.get("expires_in"))
        self._good_until_s = time.monotonic() + max(0.0, life_s - _EARLY_S)


def _seconds(told: object) -> float:
    """How long a token is valid; one minute if the endpoint returns nothing readable."""
    try:
        life_s = float(str(told))
    except ValueError:
        return _DEFAULT_LIFE_S
    return life_s if 0 < life_s < float("inf") else _DEFAULT_LIFE_S


def _tls(security: HttpSecurity, section: str) -> ssl.SSLContext | None:
    if security.ca_file is None and security.client_cert_file is None and security.verify_hostname:
        return None
    try:
        context = ssl.create_default_context(cafile=_file(section, "ca_file", security.ca_file))
        context.check_hostname = security.verify_hostname
        certificate = _file(section, "client_cert_file", security.client_cert_file)
        if certificate is not None:
            password = security.client_key_password
            context.load_cert_chain(
                certificate,
                _file(section, "client_key_file", security.client_key_file),
                password.get_secret_value() if password is not None else None,
            )
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"{section}.security: the certificates cannot be used: {error}") from None
    return context


def _file(section: str, setting: str, path: Path | None) -> str | None:
    if path is None:
        return None
    path = path.expanduser()
    if not path.is_file():
        raise SettingsError(f"{section}.security.{setting}: {path}: no such file", remedy="Give a PEM file.")
    return str(path)


def registry_variables(security: HttpSecurity, url: str) -> dict[str, str]:
    """What ``${SCHEMA_REGISTRY_…}`` stands for in the project's SQL.

    Flink's client does not decode user and password in an address, so credentials with special characters, which must
    be encoded there, work only as ``${SCHEMA_REGISTRY_USER_INFO}``.

    Args:
        security: The credentials; user and password in the address apply if it has none.
        url: Address of the registry; several are separated by commas.
    """
    if security.username is not None:
        password = security.password.get_secret_value() if security.password is not None else ""
        user_info = f"{security.username}:{password}"
    else:
        found = next((who for each in each_url(url) if (who := credentials_of(each)) is not None), None)
        user_info = "" if found is None else ":".join(found)
    token = security.bearer_token.get_secret_value() if security.bearer_token is not None else ""
    return {
        "SCHEMA_REGISTRY_URL": ",".join(map(_for_flink, each_url(url))),
        "SCHEMA_REGISTRY_USER_INFO": user_info,
        "SCHEMA_REGISTRY_TOKEN": token,
    }


def _for_flink(url: str) -> str:
    return without_user(url) if is_encoded(url) else url
