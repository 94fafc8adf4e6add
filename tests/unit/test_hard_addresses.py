"""Real-world addresses: read and checked once, with the settings, and shown without secrets."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import HttpSecurity, Settings, secret_values
from pipegen.config.load import load_settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.run.pipeline import _check_credentials
from pipegen.services.http_access import registry_variables
from pipegen.urls import checked_url, credentials_of, joined, servers, without_credentials

URLS = ("flink_url", "sql_gateway_url", "schema_registry_url")


def refused(key: str, text: str) -> str:
    with pytest.raises(SettingsError) as raised:
        load_settings(project_dir=None, flags={}, environ={f"PIPEGEN_{key.upper().replace('.', '_')}": text})
    assert raised.value.exit_code == 2
    return raised.value.message


@pytest.mark.parametrize("key", URLS)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("localhost:8081", "write http://localhost:8081"),
        ("http://127.0.0.1:80a2", "the port '80a2' is not a number"),
        ("http://127.0.0.1:99999", "is not a number from 0 to 65535"),
        ("http://[::1", "an IPv6 address needs brackets"),
        ("http://::1:8081", "an IPv6 address needs brackets"),
        ("http://", "it has no host"),
        ("ftp://h:1", "use http:// or https://"),
        ("http://h:80 81", "white space"),
        ("http://h\x00:1", "control character"),
        ("", "it is empty"),
        ("  \n", "it is empty"),
        ("http://user:p@ss/w:rd@127.0.0.1:9100/x", "encode @ : / # % in the address"),
        ("http://user:p#ss@127.0.0.1:9100/x", "encode @ : / # % in the address"),
        ("http://user:p%ss@127.0.0.1:9100/x", "encode @ : / # % in the address"),
        ("http://user:1234/5@h:9100/x", "encode @ : / # % in the address"),
    ],
)
def test_an_invalid_address_is_refused_with_the_correct_form(key: str, text: str, says: str) -> None:
    message = refused(key, text)
    assert message.startswith(f"environment variable PIPEGEN_{key.upper()}: {key}: ")
    assert says in message
    assert not any(part in message for part in ("p@ss", "p#ss", "p%ss", "w:rd", "1234"))


def test_an_unencoded_password_names_the_security_settings_of_the_service() -> None:
    assert "schema_registry.security.username and password" in refused("schema_registry_url", "http://a:b@c@d:1")
    assert "flink.security.username and password" in refused("flink_url", "http://a:b@c@d:1")


@pytest.mark.parametrize("key", ["flink_url", "sql_gateway_url", "otel.endpoint", "flink.security.oauth_token_url"])
def test_only_a_registry_can_have_several_addresses(key: str) -> None:
    assert "give only one" in refused(key, "http://h1:8081,http://h2:8081")


def loaded(**environ: str) -> Settings:
    return load_settings(project_dir=None, flags={}, environ=environ).settings


def test_white_space_and_newlines_around_addresses_are_removed() -> None:
    settings = loaded(
        PIPEGEN_FLINK_URL=" http://127.0.0.1:8081\n",
        PIPEGEN_BOOTSTRAP_SERVERS="a:1, b:2,\n",
        PIPEGEN_SCHEMA_REGISTRY_URL="http://h1:8081 , http://u:p,w@h2:8081/x,",
    )
    assert settings.flink_url == "http://127.0.0.1:8081"
    assert settings.bootstrap_servers == "a:1,b:2"
    assert settings.schema_registry_url == "http://h1:8081,http://u:p,w@h2:8081/x"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("::1:9092", "write [::1]:9092"),
        ("http://localhost:9092", "without http://"),
        ("localhost:kafka", "the port 'kafka' is not a number"),
        ("me:pw@localhost:9092", "kafka.security.username"),
        (":9092", "has no host"),
        (" , ", "it is empty"),
        ("localhost:9092/x", "without a path"),
    ],
)
def test_invalid_brokers_are_refused_with_the_correct_form(text: str, says: str) -> None:
    assert says in refused("bootstrap_servers", text)


@pytest.mark.parametrize("text", ["[::1]:9092", "SASL_SSL://b-1.example:9096", "kafka", "a:1,b:2"])
def test_brokers_are_accepted_in_every_form_clients_accept(text: str) -> None:
    assert loaded(PIPEGEN_BOOTSTRAP_SERVERS=text).bootstrap_servers == text


@pytest.mark.parametrize(
    "text",
    ["https://[fe80::1]:8443/flink/ns", "http://us%40er:p%40ss%2Fw%3Ard%25@h:1/x?k=v", "HTTP://Host", "http://h/a,b"],
)
def test_other_addresses_are_accepted(text: str) -> None:
    if "," not in text:
        assert loaded(PIPEGEN_FLINK_URL=text).flink_url == text
    else:
        with pytest.raises(ValueError, match="give only one"):
            checked_url(text)


def test_paths_and_queries_are_joined() -> None:
    assert joined("http://h:1/a/?k=v", "/b?x=y") == "http://h:1/a/b?x=y&k=v"
    assert joined("http://h:1", "/b") == "http://h:1/b"


@pytest.mark.parametrize("odd", ["http://[::1", "http://h:80a2", "nonsense", "http://a:b#c@d", "http://u:p/w@h"])
def test_an_unreadable_address_is_shown_without_guessing_and_never_raises(odd: str) -> None:
    shown = without_credentials(odd)
    assert not any(part in shown for part in ("b#c", "c@d", "p/w", "w@h"))
    assert servers(odd) == ({("nonsense", None)} if odd == "nonsense" else set())


def test_several_addresses_are_shown_without_credentials() -> None:
    assert without_credentials("http://a:b@h:1/x?k=v,https://c@i:2") == "http://h:1/x,https://i:2"


def test_flink_gets_user_and_password_in_a_form_it_can_read() -> None:
    encoded = "http://us%40er:p%40ss%2Fw%3Ard%25@h:9100/x"
    assert credentials_of(encoded) == ("us@er", "p@ss/w:rd%")
    told = registry_variables(HttpSecurity(), encoded)
    assert told["SCHEMA_REGISTRY_URL"] == "http://h:9100/x"
    assert told["SCHEMA_REGISTRY_USER_INFO"] == "us@er:p@ss/w:rd%"
    plain = registry_variables(HttpSecurity(), "http://me:pw@h:9100")
    assert plain["SCHEMA_REGISTRY_URL"] == "http://me:pw@h:9100"
    assert plain["SCHEMA_REGISTRY_USER_INFO"] == "me:pw"


def test_secrets_include_those_in_addresses_and_the_producer_config() -> None:
    settings = Settings.model_validate(
        {
            "flink_url": "http://me:p%40ss@h:1/?key=q-word",
            "producer_config": {"sasl.password": "kafka-word", "linger.ms": 5, "sasl.oauthbearer.config": "conf-word"},
            "flink": {"security": {"bearer_token": "token-word"}},
        }
    )
    found = set(secret_values(settings))
    assert {"p%40ss", "p@ss", "q-word", "key=q-word", "kafka-word", "conf-word", "token-word"} <= found


@pytest.mark.parametrize("command", [["check"], ["run", "--show-config"], ["validate"], ["dashboard", "--standalone"]])
def test_each_command_refuses_an_address_before_anything_starts(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIPEGEN_FLINK_URL", "http://127.0.0.1:80a2")
    result = CliRunner().invoke(app, command)
    error = result.exception
    told = error.message if isinstance(error, SettingsError) else result.output
    assert "PIPEGEN_FLINK_URL: flink_url: the port '80a2' is not a number" in " ".join(told.split())


def test_show_config_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / ".pipegen.yaml").write_text(
        'otel: {endpoint: "http://me:S3CRET-word@127.0.0.1:4318/?api_key=S3CRET-key"}\n'
        'producer_config: {sasl.oauthbearer.config: "S3CRET-config", sasl.password: S3CRET-pw}\n'
        "dashboard: {logo_url: 'http://me:S3CRET-logo@h/x.png?sig=S3CRET-sig'}\n"
        "proxy: http://me:S3CRET-proxy@p:3128\n"
    )
    result = CliRunner().invoke(app, ["run", "--show-config", "--project-dir", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "S3CRET" not in result.output


@pytest.mark.parametrize(
    ("before", "text", "refused"),
    [
        ((), "CREATE TABLE t WITH ('value.avro-confluent.url' = 'http://h:1/x')", True),
        ((), "… 'url' = 'http://h:1/x', 'basic-auth.user-info' = 'us@er:p@ss'", False),
        (("… 'basic-auth.user-info' = 'us@er:p@ss'",), "… 'url' = 'http://h:1/x'", False),
        ((), "CREATE TABLE t WITH ('value.format' = 'json')", False),
    ],
)
def test_sql_without_registry_credentials_is_refused_before_it_is_submitted(
    before: tuple[str, ...], text: str, refused: bool
) -> None:
    address = "http://us%40er:p%40ss@h:1/x"
    statements: Any = [SimpleNamespace(before=before, text=text)]
    variables = registry_variables(HttpSecurity(), address)
    with pytest.raises(ProjectError, match="Flink does not decode") if refused else nullcontext():
        _check_credentials(statements, variables, address)
    _check_credentials(statements, registry_variables(HttpSecurity(), "http://a:b@h:1/x"), "http://a:b@h:1/x")
