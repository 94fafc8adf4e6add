"""Security settings become what clients need: properties of librdkafka, headers of HTTP, variables of the SQL."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from pipegen.config import HttpSecurity, KafkaSecurity
from pipegen.errors import FlinkError, SettingsError
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess, http_access, registry_variables
from pipegen.services.kafka_access import flink_kafka_variables, kafka_access
from tests.unit.stand_in_http import Answer, Asked, StandInHttp

OVERVIEW = {"taskmanagers": 1, "slots-total": 1, "slots-available": 1}


def kafka(**settings: object) -> dict[str, str]:
    """The properties of clients."""
    return dict(kafka_access("broker:9092", KafkaSecurity.model_validate(settings)).security)


def test_brokers_without_security_need_no_property() -> None:
    assert kafka() == {}
    assert kafka(username="me", password="hush") == {}


def test_a_password_over_tls_needs_both() -> None:
    settings = {"protocol": "SASL_SSL", "mechanism": "SCRAM-SHA-512", "username": "me", "password": "hush"}
    assert kafka(**settings) == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": "me",
        "sasl.password": "hush",
    }
    with pytest.raises(SettingsError, match=r"kafka.security.password is missing: SCRAM-SHA-512 needs it") as raised:
        kafka(**settings | {"password": None})
    assert "PIPEGEN_KAFKA_SECURITY_PASSWORD" in (raised.value.remedy or "")


def test_without_sasl_no_user_is_sent_and_without_tls_no_certificate(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("PEM\n")
    assert kafka(protocol="SSL", username="me", password="x", ca_file=pem) == {
        "security.protocol": "SSL",
        "ssl.ca.location": str(pem),
    }
    plain = kafka(protocol="SASL_PLAINTEXT", mechanism="PLAIN", username="me", password="x", ca_file=pem)
    assert "ssl.ca.location" not in plain
    assert plain["sasl.mechanisms"] == "PLAIN"


def test_certificates_are_files_that_are_there(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.pem" for name in ("ca_file", "client_cert_file", "client_key_file")}
    for name, path in files.items():
        path.write_text(f"{name}\n")
    settings = {"protocol": "SSL", **files, "client_key_password": "hush"}
    assert kafka(**settings, verify_hostname=False) == {
        "security.protocol": "SSL",
        "ssl.ca.location": str(files["ca_file"]),
        "ssl.certificate.location": str(files["client_cert_file"]),
        "ssl.key.location": str(files["client_key_file"]),
        "ssl.key.password": "hush",
        "ssl.endpoint.identification.algorithm": "none",
    }
    assert "ssl.endpoint.identification.algorithm" not in kafka(**settings)
    with pytest.raises(SettingsError, match=r"kafka.security.ca_file: .*: no such file"):
        kafka(protocol="SSL", ca_file=tmp_path / "none.pem")


OAUTH = {
    "protocol": "SASL_SSL",
    "mechanism": "OAUTHBEARER",
    "oauth_token_url": "https://id/token",
    "oauth_client_id": "me",
    "oauth_client_secret": "hush",
}


def test_oauth_needs_no_password_and_takes_a_scope(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("PEM\n")
    found = kafka(**OAUTH)
    assert found == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "OAUTHBEARER",
        "sasl.oauthbearer.method": "oidc",
        "sasl.oauthbearer.client.id": "me",
        "sasl.oauthbearer.client.secret": "hush",
        "sasl.oauthbearer.token.endpoint.url": "https://id/token",
    }
    more = kafka(**OAUTH, oauth_scope="kafka", ca_file=pem)
    assert (more["sasl.oauthbearer.scope"], more["https.ca.location"]) == ("kafka", str(pem))
    with pytest.raises(SettingsError, match="oauth_client_id is missing"):
        kafka(**OAUTH | {"oauth_client_id": None})


def variables(**settings: object) -> dict[str, str]:
    return flink_kafka_variables(KafkaSecurity.model_validate(settings))


def test_flinks_connector_gets_a_login_module_of_its_own_names_and_certificates_as_text(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("-----BEGIN-----\nabc\n")
    told = variables(
        protocol="SASL_SSL",
        mechanism="PLAIN",
        username="me",
        password='a"b\\c',
        ca_file=pem,
    )
    assert told["KAFKA_SASL_JAAS_CONFIG"] == (
        "org.apache.flink.kafka.shaded.org.apache.kafka.common.security.plain.PlainLoginModule required "
        'username="me" password="a\\"b\\\\c";'
    )
    assert told["KAFKA_CA_PEM"] == "-----BEGIN-----\nabc"
    assert (told["KAFKA_CLIENT_CERT_PEM"], told["KAFKA_SECURITY_PROTOCOL"]) == ("", "SASL_SSL")
    assert variables(username="me", password="x")["KAFKA_SASL_JAAS_CONFIG"] == ""
    assert variables(**OAUTH)["KAFKA_SASL_JAAS_CONFIG"].endswith('required clientId="me" clientSecret="hush";')


# ---- HTTP ----


def http(**settings: object) -> HttpAccess:
    return http_access(HttpSecurity.model_validate(settings), section="flink")


def headers(access: HttpAccess) -> dict[str, str]:
    """What a request carries."""
    service = StandInHttp(lambda _asked: OVERVIEW)
    overview(service, access)
    service.close()
    return service.asked[0].headers


def overview(service: StandInHttp, access: HttpAccess, times: int = 1) -> None:
    async def body() -> None:
        client = FlinkClient(service.url, access=access)
        try:
            for _ in range(times):
                await client.overview()
        finally:
            await client.close()

    asyncio.run(body())


def test_a_service_that_lets_everyone_in_is_told_nothing() -> None:
    assert http() == OPEN_ACCESS
    assert "Authorization" not in headers(http())


def test_a_user_or_a_token_goes_into_each_request() -> None:
    basic = base64.b64encode(b"me:hush").decode()
    assert headers(http(username="me", password="hush"))["Authorization"] == f"Basic {basic}"
    alone = base64.b64encode(b"me:").decode()
    assert headers(http(username="me"))["Authorization"] == f"Basic {alone}"
    assert headers(http(bearer_token="t0k"))["Authorization"] == "Bearer t0k"
    assert "hush" not in repr(http(username="me", password="hush"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"username": "a", "bearer_token": "b"}, "flink.security: username and bearer_token exclude each other"),
        ({"oauth_token_url": "http://id"}, "oauth_token_url needs oauth_client_id and oauth_client_secret"),
        ({"oauth_token_url": "http://id", "oauth_client_id": "a"}, "needs oauth_client_id and oauth_client_secret"),
        ({"ca_file": "/nowhere.pem"}, "flink.security.ca_file: /nowhere.pem: no such file"),
        ({"client_cert_file": "/nowhere.pem"}, "flink.security.client_cert_file: /nowhere.pem: no such file"),
    ],
)
def test_ways_that_exclude_each_other_or_miss_a_part_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        http(**settings)


def test_a_certificate_that_is_none_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"flink.security: the certificates cannot be used"):
        http(ca_file=pem)


def test_host_names_are_checked_unless_that_is_switched_off() -> None:
    context = http(verify_hostname=False).tls
    assert context is not None
    assert context.check_hostname is False
    assert http(verify_hostname=True).tls is None


class Tokens:
    """Gives a token for each request; refuses the first one where it is told to."""

    def __init__(self, *, life_s: float | None = 3600, refuse: int = 0) -> None:
        self.given = 0
        self.refuse = refuse
        self.life_s = life_s
        self.forms: list[str] = []

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/token":
            self.given += 1
            self.forms.append(str(asked.body))
            return {"access_token": f"t{self.given}", "expires_in": self.life_s}
        if asked.headers["Authorization"] == f"Bearer t{self.refuse}":
            return Answer(401, {})
        return OVERVIEW


def with_tokens(tokens: Tokens, times: int, **more: object) -> list[str]:
    """What the requests carried, the token's own left out."""
    service = StandInHttp(tokens)
    try:
        settings = {"oauth_token_url": f"{service.url}/token", "oauth_client_id": "me", "oauth_client_secret": "s"}
        overview(service, http(**settings, **more), times)
    finally:
        service.close()
    return [asked.headers["Authorization"] for asked in service.asked if asked.path != "/token"]


def test_a_token_is_fetched_once_and_kept() -> None:
    tokens = Tokens()
    assert with_tokens(tokens, 3) == ["Bearer t1"] * 3
    assert tokens.forms == ["grant_type=client_credentials"]
    scoped = Tokens()
    with_tokens(scoped, 1, oauth_scope="read")
    assert scoped.forms == ["grant_type=client_credentials&scope=read"]


def test_a_token_that_ends_within_half_a_minute_is_fetched_anew_for_each_request() -> None:
    assert with_tokens(Tokens(life_s=29), 2) == ["Bearer t1", "Bearer t2"]
    assert with_tokens(Tokens(life_s=None), 2) == ["Bearer t1", "Bearer t1"]


def test_a_token_that_is_refused_is_fetched_once_more() -> None:
    assert with_tokens(Tokens(refuse=1), 2) == ["Bearer t1", "Bearer t2", "Bearer t2"]


def test_a_token_endpoint_without_a_token_is_a_sentence() -> None:
    service = StandInHttp(lambda _asked: Answer(400, {"error": "invalid_client"}))
    settings = {"oauth_token_url": f"{service.url}/token", "oauth_client_id": "me", "oauth_client_secret": "s"}
    with pytest.raises(FlinkError, match="the OAuth token endpoint answered HTTP 400 without a token"):
        overview(service, http(**settings))
    service.close()


def test_the_registrys_credentials_are_variables_of_the_sql() -> None:
    told = registry_variables(HttpSecurity.model_validate({"username": "me", "password": "hush"}), "http://r")
    assert (told["SCHEMA_REGISTRY_USER_INFO"], told["SCHEMA_REGISTRY_TOKEN"]) == ("me:hush", "")
    told = registry_variables(HttpSecurity.model_validate({"bearer_token": "t"}), "http://r")
    assert (told["SCHEMA_REGISTRY_USER_INFO"], told["SCHEMA_REGISTRY_TOKEN"]) == ("", "t")
