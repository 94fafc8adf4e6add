"""A real broker that wants TLS and a name: PLAIN, SCRAM, OAUTHBEARER and client certificates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipegen.config import KafkaSecurity
from pipegen.errors import KafkaError, SettingsError
from pipegen.run.send.client import open_sending
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.kafka_access import flink_kafka_variables, kafka_access
from pipegen.services.kafka_survey import KafkaSurvey, Stretch
from pipegen.stack import LocalStack
from tests.brokers import OwnBroker, free_ports, running
from tests.certificates import Authority
from tests.front_door import token_endpoint, unsigned_token

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
PASSWORD = "correct-horse-battery"
SASL, MODULE = "listener.name.sasl.", "org.apache.kafka.common.security."


@dataclass(frozen=True)
class Secured:
    """Where the broker answers and what is needed there."""

    sasl: str
    mutual: str
    ca_file: Path
    client: tuple[Path, Path]


@pytest.fixture(scope="module")
def secured(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    authority = Authority(folder)
    certificate, key = authority.issue("broker")
    client = authority.issue("client")
    keystore = folder / "broker-both.pem"
    keystore.write_text(key.read_text() + certificate.read_text())
    plain, sasl, mutual, controller = free_ports(4)
    broker = OwnBroker(
        local_stack,
        folder / "broker",
        node_id=1,
        settings={
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"INNER://127.0.0.1:{plain},SASL://127.0.0.1:{sasl},MUTUAL://127.0.0.1:{mutual},"
            f"CONTROLLER://127.0.0.1:{controller}",
            "listener.security.protocol.map": "INNER:PLAINTEXT,SASL:SASL_SSL,MUTUAL:SSL,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INNER",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": keystore,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": authority.ca_file,
            "listener.name.mutual.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            f"{SASL}plain.sasl.jaas.config": f'{MODULE}plain.PlainLoginModule required user_alice="{PASSWORD}";',
            f"{SASL}scram-sha-256.sasl.jaas.config": f"{MODULE}scram.ScramLoginModule required;",
            f"{SASL}scram-sha-512.sasl.jaas.config": f"{MODULE}scram.ScramLoginModule required;",
            f"{SASL}oauthbearer.sasl.jaas.config": f"{MODULE}oauthbearer.OAuthBearerLoginModule required "
            'unsecuredLoginStringClaim_sub="broker";',
            f"{SASL}oauthbearer.sasl.server.callback.handler.class": f"{MODULE}oauthbearer.internals.unsecured."
            "OAuthBearerUnsecuredValidatorCallbackHandler",
        },
        address=f"127.0.0.1:{plain}",
        format_options=[
            option
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for option in ("--add-scram", f"{mechanism}=[name=alice,password={PASSWORD}]")
        ],
    )
    with running([broker]):
        yield Secured(f"127.0.0.1:{sasl}", f"127.0.0.1:{mutual}", authority.ca_file, client)


def use_it(address: str, security: KafkaSecurity, topic: str) -> None:
    """Creates a topic, sends a record and reads it back, all as PipeGen's own clients do."""
    access = kafka_access(address, security)
    admin = KafkaAdmin(access)
    assert len(admin.cluster().brokers) == 1
    admin.create_topic(topic, partitions=1, replication_factor=1)
    admin.await_leaders(topic, 1)
    for sender in ("native", "python"):
        sending = open_sending(sender, access, topic)
        assert sending.send(b"hello", None, timestamp_ms=1234567890123, header=b"", timeout_s=20) == [None]
    survey = KafkaSurvey(admin)
    try:
        assert survey.look_into({(topic, 0): Stretch(0, 1)})[topic, 0].first_at_ms == 1234567890123
    finally:
        survey.close()
    admin.delete_topics([topic])


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_name_and_a_password_over_tls_are_enough(secured: Secured, mechanism: Any) -> None:
    security = KafkaSecurity.model_validate(
        {
            "protocol": "SASL_SSL",
            "mechanism": mechanism,
            "username": "alice",
            "password": PASSWORD,
            "ca_file": secured.ca_file,
        }
    )
    use_it(secured.sasl, security, f"as-{mechanism.lower()}")


def test_a_token_from_an_oauth_endpoint_is_enough(secured: Secured) -> None:
    with token_endpoint("pipegen", "s3cret-of-client", lambda: unsigned_token("pipegen")) as (url, given):
        security = KafkaSecurity.model_validate(
            {
                "protocol": "SASL_SSL",
                "mechanism": "OAUTHBEARER",
                "oauth_token_url": url,
                "oauth_client_id": "pipegen",
                "oauth_client_secret": "s3cret-of-client",
                "oauth_scope": "kafka",
                "ca_file": secured.ca_file,
            }
        )
        use_it(secured.sasl, security, "as-oauth")
        assert given
        assert "scope=kafka" in given[0]


def test_a_client_certificate_is_enough(secured: Secured) -> None:
    certificate, key = secured.client
    security = KafkaSecurity.model_validate(
        {"protocol": "SSL", "ca_file": secured.ca_file, "client_cert_file": certificate, "client_key_file": key}
    )
    use_it(secured.mutual, security, "as-certificate")


@pytest.mark.parametrize("fault", ["wrong password", "unknown authority"])
def test_who_is_refused_is_told_within_seconds_and_without_the_secret(secured: Secured, fault: str) -> None:
    known = {"protocol": "SASL_SSL", "username": "alice", "password": PASSWORD, "ca_file": secured.ca_file}
    wrong = {"password": "wrong-password-here"} if fault == "wrong password" else {"ca_file": None}
    admin = KafkaAdmin(kafka_access(secured.sasl, KafkaSecurity.model_validate(known | wrong)))
    started_s = time.monotonic()
    with pytest.raises(KafkaError) as refused:
        admin.cluster(timeout_s=3)
    assert time.monotonic() - started_s < 10
    said = str(refused.value) + str(refused.value.detail) + repr(admin.access)
    assert PASSWORD not in said
    assert "wrong-password-here" not in said


def test_what_a_mechanism_needs_is_named_when_it_is_missing() -> None:
    with pytest.raises(SettingsError, match=r"kafka\.security\.password is missing") as missing:
        kafka_access("x:1", KafkaSecurity(protocol="SASL_SSL", mechanism="PLAIN", username="alice"))
    assert "PIPEGEN_KAFKA_SECURITY_PASSWORD" in str(missing.value.remedy)


def test_the_values_for_flinks_sql_are_quoted_for_java_once(secured: Secured) -> None:
    security = KafkaSecurity.model_validate(
        {"protocol": "SASL_SSL", "username": "o'hara", "password": 'a"b\\c', "ca_file": secured.ca_file}
    )
    values = flink_kafka_variables(security)
    assert values["KAFKA_SASL_JAAS_CONFIG"].endswith(r"""required username="o'hara" password="a\"b\\c";""")
    assert values["KAFKA_CA_PEM"] == secured.ca_file.read_text().strip()
    assert values["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
