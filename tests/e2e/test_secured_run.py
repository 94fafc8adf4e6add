"""A whole run where everything asks who is there: Kafka over SASL_SSL, and basic auth before Flink and the registry.

The SQL says nothing of it: a run tells the tables that are its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.run import RunSummary
from pipegen.stack import Endpoints, LocalStack
from tests.brokers import OwnBroker, free_ports, running
from tests.certificates import Authority
from tests.e2e.pipegen_process import Finished, RunningPipegen, pipegen, service_flags
from tests.front_door import basic, front_door

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
USER, PASSWORD = "alice", "it's-a-secret\\of\"ours"
JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required"


SECRETS = {
    f"PIPEGEN_{section}_SECURITY_PASSWORD": PASSWORD for section in ("KAFKA", "FLINK", "SQL_GATEWAY", "SCHEMA_REGISTRY")
}


@dataclass(frozen=True)
class Guarded:
    """Where the services are to be had, and who signed their certificates."""

    endpoints: Endpoints
    ca_file: Path


@pytest.fixture(scope="module")
def guarded(
    local_stack: LocalStack, endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    authority = Authority(folder)
    certificate, key = authority.issue("broker")
    keystore = folder / "both.pem"
    keystore.write_text(key.read_text() + certificate.read_text())
    inner, sasl, controller = free_ports(3)
    quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    broker = OwnBroker(
        local_stack,
        folder / "broker",
        node_id=1,
        settings={
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"INNER://127.0.0.1:{inner},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}",
            "listener.security.protocol.map": "INNER:PLAINTEXT,SASL:SASL_SSL,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INNER",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": keystore,
            "sasl.enabled.mechanisms": "PLAIN",
            # Once more for the properties file, in which a backslash escapes too.
            "listener.name.sasl.plain.sasl.jaas.config": f'{JAAS} user_{USER}="{quoted}";'.replace("\\", "\\\\"),
        },
        address=f"127.0.0.1:{inner}",
    )
    right = basic(USER, PASSWORD)
    with running([broker]), ExitStack() as doors:

        def door(url: str, *, tls: bool) -> str:
            pair = authority.issue("service") if tls else None
            return doors.enter_context(front_door(url, allowed=lambda told: told == right, certificate=pair))

        yield Guarded(
            Endpoints(
                bootstrap_servers=f"127.0.0.1:{sasl}",
                flink_url=door(endpoints.flink_url, tls=True),
                sql_gateway_url=door(endpoints.sql_gateway_url, tls=True),
                # Flink asks the registry too, and would need a truststore of Java's own for a certificate of ours.
                schema_registry_url=door(endpoints.schema_registry_url, tls=False),
            ),
            authority.ca_file,
        )


@pytest.fixture
def secured(project: Path, guarded: Guarded) -> Path:
    """The example project with its security settings; the password is in the environment alone."""
    http = f"  security:\n    username: {USER}\n    ca_file: {guarded.ca_file}\n"
    with (project / ".pipegen.yaml").open("a") as settings:
        settings.write(f"\nkafka:\n{http}    protocol: SASL_SSL\n    mechanism: PLAIN\n")
        settings.writelines(f"{name}:\n{http}" for name in ("flink", "sql_gateway", "schema_registry"))
    return project


def run(project: Path, guarded: Guarded, folder: Path, *arguments: str) -> Finished:
    load = ("--message-rate=200", "--duration=4s", *arguments)
    running_run = RunningPipegen(project, guarded.endpoints, *load, folder=folder, env=SECRETS)
    try:
        return running_run.finish()
    finally:
        running_run.close()


def test_a_run_over_sasl_ssl_and_basic_auth_accounts_for_every_record_and_shows_no_secret(
    secured: Path, guarded: Guarded, tmp_path: Path
) -> None:
    done = run(secured, guarded, tmp_path)
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["lost"] == 0
    assert done.summary["consumed_total"] == done.summary["delivered_total"] == 800
    snapshot = RunSummary.model_validate(done.summary).snapshot
    assert snapshot.unexplained() == []
    assert (snapshot.kafka.answers, snapshot.flink.answers, snapshot.registry.answers) == (True, True, True)
    assert done.summary["left_behind"] == []
    left = [file.read_bytes() for folder in ("runs", "reports") for file in (secured / folder).rglob("*.*")]
    assert left
    for text in (done.out.encode(), done.err.encode(), str(done.summary).encode(), *left):
        assert b"a-secret" not in text


def test_a_topic_is_captured_over_sasl_ssl_and_decoded_by_a_registry_that_asks_for_a_password(
    secured: Path, guarded: Guarded, tmp_path: Path
) -> None:
    done = run(secured, guarded, tmp_path, "--no-cleanup")
    assert done.exit_code == 0, done.out + done.err
    topic = done.summary["snapshot"]["kafka"]["input_topic"]
    file = tmp_path / "orders.avro"
    services = service_flags(guarded.endpoints)[:2]
    kept = pipegen("capture", topic, f"--project-dir={secured}", *services, "--offsets=0..", "-o", file, **SECRETS)
    assert kept.exit_code == 0, kept.out + kept.err
    with file.open("rb") as opened:
        rows: list[Any] = list(fastavro.reader(opened))
    # Probes are ordinary records of the topic.
    assert len(rows) >= done.summary["delivered_total"]
    assert all({"order_id", "price"} <= row["value"].keys() for row in rows)
    for text in (kept.out.encode(), kept.err.encode(), file.read_bytes()):
        assert b"a-secret" not in text
