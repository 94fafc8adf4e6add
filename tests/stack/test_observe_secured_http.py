"""TLS and a question of who is there, in front of Flink and the registry."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from pipegen.config import HttpSecurity
from pipegen.errors import FlinkError, RegistryError, SettingsError
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import http_access
from pipegen.services.registry import RegistryClient
from pipegen.stack import Endpoints
from tests.certificates import Authority
from tests.front_door import basic, front_door, token_endpoint

pytestmark = pytest.mark.stack
PASSWORD = "correct-horse-battery"
T = TypeVar("T")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def flink(url: str, security: dict[str, object], ask: Callable[[FlinkClient], Awaitable[T]]) -> T:
    async def run() -> T:
        client = FlinkClient(url, access=http_access(HttpSecurity.model_validate(security), section="flink"))
        try:
            return await ask(client)
        finally:
            await client.close()

    return asyncio.run(run())


def registry_answers(url: str, security: dict[str, object], times: int = 1) -> None:
    async def run() -> None:
        access = http_access(HttpSecurity.model_validate(security), section="schema_registry")
        client = RegistryClient(url, access=access)
        try:
            for _ in range(times):
                assert await client.ping_ms() > 0
        finally:
            await client.close()

    asyncio.run(run())


def test_basic_auth_over_tls_of_ones_own_authority_opens_flink(endpoints: Endpoints, authority: Authority) -> None:
    right = basic("alice", PASSWORD)
    certificate = authority.issue("flink")
    known = {"username": "alice", "password": PASSWORD, "ca_file": authority.ca_file}
    with front_door(endpoints.flink_url, allowed=lambda told: told == right, certificate=certificate) as url:
        assert flink(url, known, lambda client: client.overview()).task_managers == 1
        with pytest.raises(FlinkError, match="certificate verify failed"):
            flink(url, known | {"ca_file": None}, lambda client: client.overview())
        with pytest.raises(FlinkError, match="HTTP 401") as refused:
            flink(url, known | {"password": "wrong-password-here"}, lambda client: client.overview())
        assert "wrong-password-here" not in f"{refused.value} {refused.value.detail}"


def test_basic_auth_over_tls_of_ones_own_authority_opens_the_registry(
    endpoints: Endpoints, authority: Authority
) -> None:
    right, known = basic("alice", PASSWORD), {"username": "alice", "password": PASSWORD, "ca_file": authority.ca_file}
    door = front_door(
        endpoints.schema_registry_url,
        allowed=lambda told: told == right,
        certificate=authority.issue("registry-of-names"),
    )
    with door as url:
        registry_answers(url, known)
        with pytest.raises(RegistryError, match="HTTP 401"):
            registry_answers(url, known | {"password": "wrong-password-here"})


def test_a_client_certificate_opens_the_registry(endpoints: Endpoints, authority: Authority) -> None:
    certificate, key = authority.issue("someone")
    known = {"ca_file": authority.ca_file, "client_cert_file": certificate, "client_key_file": key}
    door = front_door(
        endpoints.schema_registry_url, certificate=authority.issue("registry"), client_ca=authority.ca_file
    )
    with door as url:
        registry_answers(url, known)
        with pytest.raises(RegistryError, match="cannot be reached"):
            registry_answers(url, {"ca_file": authority.ca_file})


def test_a_bearer_token_opens_the_registry(endpoints: Endpoints) -> None:
    with front_door(endpoints.schema_registry_url, allowed=lambda told: told == "Bearer t0ken") as url:
        registry_answers(url, {"bearer_token": "t0ken"})
        with pytest.raises(RegistryError, match="HTTP 401"):
            registry_answers(url, {})


def test_an_oauth_token_is_fetched_once_and_again_when_it_is_refused(endpoints: Endpoints) -> None:
    good = ["first"]
    with (
        token_endpoint("pipegen", PASSWORD, lambda: good[0]) as (token_url, given),
        front_door(endpoints.schema_registry_url, allowed=lambda told: told == f"Bearer {good[0]}") as url,
    ):
        known: dict[str, object] = {
            "oauth_token_url": token_url,
            "oauth_client_id": "pipegen",
            "oauth_client_secret": PASSWORD,
        }
        registry_answers(url, known, times=3)
        assert len(given) == 1

        async def across_a_change() -> None:
            access = http_access(HttpSecurity.model_validate(known), section="schema_registry")
            client = RegistryClient(url, access=access)
            try:
                await client.ping_ms()
                good[0] = "second"
                await client.ping_ms()
            finally:
                await client.close()

        asyncio.run(across_a_change())
        assert len(given) == 3
        with pytest.raises(RegistryError, match="token endpoint answered HTTP 401") as refused:
            registry_answers(url, known | {"oauth_client_secret": "wrong-secret-here"})
        assert "wrong-secret-here" not in str(refused.value)


def test_two_ways_at_once_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    both = HttpSecurity.model_validate({"username": "alice", "bearer_token": "t0ken"})
    with pytest.raises(SettingsError, match="exclude each other"):
        http_access(both, section="flink")
    with pytest.raises(SettingsError, match=r"flink.security.ca_file: .*no such file"):
        http_access(HttpSecurity(ca_file=tmp_path / "none.pem"), section="flink")
