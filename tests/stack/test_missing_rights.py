"""A real broker with ACLs: what this user may not do is named before a run needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from pipegen.config import KafkaSecurity
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.kafka_access import kafka_access
from pipegen.services.kafka_rights import missing_rights
from pipegen.stack import LocalStack
from tests.brokers import OwnBroker, free_ports, running
from tests.e2e.pipegen_process import pipegen

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
PASSWORD = "correct-horse-battery"
USER = "User:alice"
AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
JAAS = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="{PASSWORD}";'


class Guarded:
    """A broker that lets alice do only what she was allowed to."""

    def __init__(self, open_to_all: str, sasl: str) -> None:
        self.sasl = sasl
        self.admin = KafkaAdmin(open_to_all)
        self._client = AdminClient({"bootstrap.servers": open_to_all})
        security = KafkaSecurity(protocol="SASL_PLAINTEXT", mechanism="PLAIN", username="alice", password=PASSWORD)
        self.as_alice = KafkaAdmin(kafka_access(sasl, security))

    def allow(self, kind: ResourceType, prefix: str, *operations: AclOperation) -> None:
        for each in operations:
            rule = AclBinding(kind, prefix, ResourcePatternType.PREFIXED, USER, "*", each, AclPermissionType.ALLOW)
            for future in self._client.create_acls([rule]).values():
                future.result(20)

    def lacks(self, name: str) -> Sequence[str]:
        """What a run is told that is called so."""
        return missing_rights(self.as_alice, topics=[f"{name}-in", f"{name}-out"], groups=[f"{name}-group"])


@pytest.fixture(scope="module")
def guarded(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    inner, sasl, controller = free_ports(3)
    broker = OwnBroker(
        local_stack,
        tmp_path_factory.mktemp("guarded") / "broker",
        node_id=1,
        settings={
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"INNER://127.0.0.1:{inner},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}",
            "listener.security.protocol.map": "INNER:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INNER",
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl.plain.sasl.jaas.config": JAAS,
            "authorizer.class.name": AUTHORIZER,
            "super.users": "User:ANONYMOUS",
        },
        address=f"127.0.0.1:{inner}",
    )
    with running([broker]):
        yield Guarded(f"127.0.0.1:{inner}", f"127.0.0.1:{sasl}")


def test_who_may_do_nothing_is_told_each_right(guarded: Guarded) -> None:
    assert guarded.lacks("none") == [
        "CREATE on topic none-in",
        "CREATE on topic none-out",
        "DESCRIBE on topic none-in",
        "DESCRIBE on topic none-out",
        "DESCRIBE on group none-group",
    ]


def test_who_may_do_all_that_a_run_needs_is_told_nothing(guarded: Guarded) -> None:
    guarded.allow(ResourceType.TOPIC, "all", AclOperation.CREATE, AclOperation.READ, AclOperation.WRITE)
    guarded.allow(ResourceType.GROUP, "all", AclOperation.READ)
    assert guarded.lacks("all") == []
    guarded.admin.create_topic("all-in", partitions=1, replication_factor=1)
    assert guarded.lacks("all") == []
    assert guarded.as_alice.cluster().topics.keys() == {"all-in"}  # nothing was made by asking


def test_a_topic_that_exists_need_not_be_created_but_written_and_read(guarded: Guarded) -> None:
    guarded.allow(ResourceType.TOPIC, "seen", AclOperation.DESCRIBE)
    guarded.allow(ResourceType.TOPIC, "seen-in", AclOperation.WRITE)
    guarded.allow(ResourceType.GROUP, "seen", AclOperation.DESCRIBE)
    for name in ("seen-in", "seen-out"):
        guarded.admin.create_topic(name, partitions=1, replication_factor=1)
    assert guarded.lacks("seen") == [
        "READ on topic seen-in",
        "READ on topic seen-out",
        "WRITE on topic seen-out",
        "READ on group seen-group",
    ]


def test_a_cluster_without_acls_lacks_nothing(local_stack: LocalStack) -> None:
    endpoints = local_stack.endpoints()
    assert endpoints is not None
    kafka = KafkaAdmin(endpoints.bootstrap_servers)
    assert missing_rights(kafka, topics=["a-in", "a-out"], groups=["a-group"]) == []


def test_check_names_the_acls_that_a_run_of_the_project_lacks(guarded: Guarded, tmp_path: Path) -> None:
    assert pipegen("init", "orders", cwd=tmp_path).exit_code == 0
    security = {"PROTOCOL": "SASL_PLAINTEXT", "MECHANISM": "PLAIN", "USERNAME": "alice", "PASSWORD": PASSWORD}
    env = {f"PIPEGEN_KAFKA_SECURITY_{name}": value for name, value in security.items()}
    words = ["check", "--format=json", f"--bootstrap-servers={guarded.sasl}"]
    kafka = json.loads(pipegen(*words, "--project-dir=orders", cwd=tmp_path, **env).out)[0]
    assert kafka["state"] == "warning"
    assert "lacks rights that a run needs" in kafka["found"]
    assert "CREATE on topic orders-input-" in kafka["remedy"]
    assert "DESCRIBE on group pipegen-orders-" in kafka["remedy"]
    assert json.loads(pipegen(*words, cwd=tmp_path, **env).out)[0]["state"] == "ok"
