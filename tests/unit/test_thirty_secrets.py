"""Thirty secrets, one in every place that takes one: none appears in anything that a run or command leaves behind."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.cli.sentences import print_error, print_unexpected, print_warning
from pipegen.errors import FlinkError
from pipegen.redact import redact_command, secrets_of_command
from tests.unit.project_folder import change, write_orders
from tests.unit.stand_in_services import LENIENT, admin_stands_in, stand_ins

MARK = "S3CRET"
WORDS = [f"{MARK}-{number:02d}/w@rd" for number in range(30)]
TOKEN = f"{MARK}28longenough"
PLAIN = [f"{MARK}-{number:02d}-word" for number in range(30)]

SETTINGS = f"""
producer_config:
  ssl.key.password: {PLAIN[0]}
  sasl.password: {PLAIN[1]}
  client.rack: "password={PLAIN[2]}"
kafka: {{security: {{username: me, password: {PLAIN[3]}, oauth_client_secret: {PLAIN[4]},
         client_key_password: {PLAIN[5]}, oauth_token_url: "http://me:{PLAIN[6]}@127.0.0.1:1/?key={PLAIN[7]}"}}}}
schema_registry: {{security: {{username: me, password: "{WORDS[8]}"}}}}
flink: {{security: {{bearer_token: {PLAIN[9]}}}}}
sql_gateway: {{security: {{username: me, password: {PLAIN[10]}}}}}
proxy: http://me:{PLAIN[11]}@127.0.0.1:1
otel: {{endpoint: "http://me:{PLAIN[12]}@127.0.0.1:1/?api_key={PLAIN[13]}", interval: 1h}}
"""
TABLES = f"""
-- password = {PLAIN[14]}
CREATE TABLE elsewhere (a STRING) WITH (
  'connector' = 'kafka',
  'properties.sasl.jaas.config' = 'org.x.PlainLoginModule required username="me" password="{PLAIN[15]}";',
  'properties.ssl.keystore.password' = '{PLAIN[16]}',
  'value.avro-confluent.basic-auth.user-info' = 'me:{PLAIN[17]}',
  'value.avro-confluent.url' = 'http://me:{PLAIN[18]}@h:1/?key={PLAIN[19]}'
);
"""
ENVIRONMENT = {
    "PIPEGEN_OPENAI_API_KEY": PLAIN[20],
    "PIPEGEN_DASHBOARD_TOKEN": f"{MARK}21longenough",
    "MY_SERVICE_PASSWORD": PLAIN[22],
    "AWS_SECRET_ACCESS_KEY": PLAIN[23],
}


def leaks(text: str) -> list[str]:
    return [line for line in text.splitlines() if MARK in line]


class Children:
    """What the system tells other processes of those that this one starts, looked at again and again."""

    def __init__(self) -> None:
        self.commands: set[str] = set()
        self.environments: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    @contextmanager
    def watched(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):  # ended meanwhile
                    self.commands.add(" ".join(child.cmdline()))
                    self.environments |= {f"{name}={value}" for name, value in child.environ().items()}


@pytest.fixture(scope="module")
def children() -> Children:
    return Children()


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, children: Children) -> tuple[Path, str]:
    """A run with secrets in all places; its folder, and everything it printed."""
    folder = write_orders(tmp_path_factory.mktemp("secrets") / "orders")
    yaml = folder / ".pipegen.yaml"
    change(yaml, "dashboard:\n", f"validity: {json.dumps(LENIENT)}\n{SETTINGS}\ndashboard:\n")
    change(yaml, "dashboard:\n", f'dashboard:\n  logo_url: "http://me:{PLAIN[24]}@127.0.0.1:1/x.png?sig={PLAIN[25]}"\n')
    (folder / "sql" / "02_elsewhere.sql").write_text(TABLES, encoding="utf-8")
    with stand_ins() as services, admin_stands_in():
        addresses = {key: str(value) for key, value in services.addresses().items()}
        addresses["flink_url"] = addresses["flink_url"].replace("//", f"//me:{PLAIN[26]}@") + f"/?key={PLAIN[27]}"
        flags = [word for key, value in addresses.items() for word in (f"--{key.replace('_', '-')}", value)]
        words = ["run", "--project-dir", str(folder), *flags, "--stack", "none", "--duration", "2s"]
        words += ["--producers", "2", "--message-rate", "10", "--summary-json", str(folder / "summary.json")]
        words += ["--junit", str(folder / "junit.xml"), "--dashboard-token", TOKEN]
        words += ["--dashboard", "--dashboard-port", "0", "--no-open"]
        argv = ["pipegen", *words]
        environment = {"HOME": str(folder), "GITHUB_STEP_SUMMARY": str(folder / "step.md"), **ENVIRONMENT}
        with patch.object(sys, "argv", argv), patch("pipegen.outputs.otlp._TIMEOUT_S", 0.3), children.watched():
            result = CliRunner(env=environment).invoke(app, words)
            shown = CliRunner(env=environment).invoke(app, ["run", "--show-config", "--project-dir", str(folder)])
    assert result.exit_code == 0, result.output
    assert shown.exit_code == 0, shown.output
    return folder, result.output + shown.output


def test_nothing_printed_contains_a_secret(left: tuple[Path, str]) -> None:
    # Except for the dashboard link, which is meant to be opened.
    assert [line for line in leaks(left[1]) if not line.startswith("dashboard: http://127.0.0.1:")] == []


def test_no_file_left_behind_contains_a_secret(left: tuple[Path, str]) -> None:
    folder = left[0]
    given = {folder / ".pipegen.yaml", folder / "sql" / "02_elsewhere.sql"}
    files = [file for file in folder.rglob("*") if file.is_file() and file not in given]
    names = {file.name for file in files}
    assert {"summary.json", "junit.xml", "step.md", "manifest.json"} <= names
    assert any(file.suffix == ".html" for file in files)
    assert [file for file in files if MARK.encode() in file.read_bytes()] == []


@pytest.mark.usefixtures("left")
def test_no_process_of_the_run_shows_a_secret_or_is_given_one_that_the_user_did_not_put_there(
    children: Children,
) -> None:
    assert len(children.commands) >= 2
    assert leaks("\n".join(children.commands)) == []
    given = {f"{name}={value}" for name, value in ENVIRONMENT.items()}
    assert set(leaks("\n".join(children.environments))) <= given


def test_files_of_a_run_with_credentials_are_readable_by_its_user_only(left: tuple[Path, str]) -> None:
    folder = left[0]
    written = [folder / "summary.json", *(file for file in (folder / "runs").rglob("*") if file.is_file())]
    assert {oct(file.stat().st_mode & 0o777) for file in written} == {"0o600"}


def test_errors_warnings_and_crash_files_contain_no_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MY_SERVICE_PASSWORD", PLAIN[22])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(sys, "argv", ["pipegen", "run", "--dashboard-token", TOKEN])
    print_error(FlinkError(f"cannot reach {PLAIN[22]}", detail=f"x\n'password' = '{PLAIN[14]}'\n" + "y\n" * 9000))
    print_warning(f"http://me:{PLAIN[26]}@h/?k={PLAIN[27]} is odd; {TOKEN}")
    print_unexpected(ValueError(f"Bearer {PLAIN[9]}-1= {PLAIN[22]}"))
    shown = capsys.readouterr().err
    assert leaks(shown) == []
    assert shown.count("y\n") > 8000
    (crash,) = tmp_path.glob("pipegen-crash-*")
    assert leaks(crash.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--dashboard-token", "SECRET-1"],
        ["--dashboard-token=SECRET-1"],
        ["--flink-url", "http://me:SECRET-1@h:1/?key=SECRET-2"],
        ["--schema-registry-url=http://h:1/x?key=SECRET-1"],
        ["--flink-url", "http://us%40er:SECRET%40ss@h"],
    ],
)
def test_a_command_line_is_kept_without_its_secrets(words: list[str]) -> None:
    kept = redact_command(["pipegen", "run", *words, "--duration", "8s"])
    assert "SECRET" not in " ".join(kept)
    assert kept[-2:] == ["--duration", "8s"]
    assert any("SECRET" in secret for secret in secrets_of_command(words))
