"""The compose file is valid and describes the same stack as the local one."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipegen.stack import Part
from pipegen.stack.artifacts import read_lock
from pipegen.stack.flink_service import FlinkFolders, flink_settings
from pipegen.stack.ports import Ports

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
PORTS = Ports(kafka_controller=1, registry_management=2, jobmanager_rpc=3)


def compose() -> dict[str, Any]:
    """The file with every variable at its default."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", FILE.read_text(encoding="utf-8"))
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_services_are_the_parts_of_the_stack() -> None:
    assert set(compose()["services"]) == {part.value for part in Part}


def test_its_images_have_the_locked_versions() -> None:
    versions = read_lock().versions
    images = {name: service["image"] for name, service in compose()["services"].items()}
    assert images == {
        Part.KAFKA: f"apache/kafka:{versions.kafka}",
        Part.REGISTRY: f"apicurio/apicurio-registry:{versions.registry}",
        Part.JOBMANAGER: f"flink:{versions.flink}",
        Part.TASKMANAGER: f"flink:{versions.flink}",
        Part.SQL_GATEWAY: f"flink:{versions.flink}",
    }


@pytest.mark.parametrize("part", [Part.JOBMANAGER, Part.TASKMANAGER, Part.SQL_GATEWAY])
def test_flink_gets_the_locked_connectors_from_the_cache(part: Part) -> None:
    mounts = compose()["services"][part.value]["volumes"]
    assert {mount["source"] for mount in mounts} == {
        f"~/.cache/pipegen/maven/{artifact.path}" for artifact in read_lock().of("flink")
    }
    assert {mount["target"] for mount in mounts} == {
        f"/opt/flink/lib/{artifact.file_name}" for artifact in read_lock().of("flink")
    }
    assert all(mount["read_only"] and not mount["bind"]["create_host_path"] for mount in mounts)


def test_everything_is_published_on_the_loopback_address_and_the_usual_ports() -> None:
    published = [port for service in compose()["services"].values() for port in service.get("ports", [])]
    assert sorted(published) == sorted(
        f"127.0.0.1:{port}:{port}" for port in (PORTS.kafka, PORTS.registry, PORTS.flink, PORTS.sql_gateway)
    )


def test_flink_is_set_as_on_the_local_stack(tmp_path: Path) -> None:
    local = flink_settings(FlinkFolders(tmp_path / "flink", tmp_path), PORTS)
    there = yaml.safe_load(compose()["services"][Part.JOBMANAGER]["environment"]["FLINK_PROPERTIES"])
    # A container is reached from outside it, and has a memory model and folders of its own.
    own = {"rest.bind-address", "sql-gateway.endpoint.rest.bind-address", "execution.checkpointing.storage"}
    for key in set(there) - own:
        assert str(there[key]).lower() == str(local[key]).lower(), key
    assert "rest.bind-port" not in there, "the gateway would take the JobManager's port"


def test_each_slot_has_managed_memory_for_several_windows_on_both_stacks(tmp_path: Path) -> None:
    local = flink_settings(FlinkFolders(tmp_path / "flink", tmp_path), PORTS)
    there = yaml.safe_load(compose()["services"][Part.TASKMANAGER]["environment"]["FLINK_PROPERTIES"])
    for found in (local, there):
        managed_mb = int(str(found["taskmanager.memory.managed.size"]).removesuffix("m"))
        assert managed_mb / int(found["taskmanager.numberOfTaskSlots"]) >= 16


def test_kafka_is_set_as_on_the_local_stack() -> None:
    environment = compose()["services"][Part.KAFKA]["environment"]
    assert environment["KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS"] == 0
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    for topic in ("OFFSETS_TOPIC", "TRANSACTION_STATE_LOG", "SHARE_COORDINATOR_STATE_TOPIC"):
        assert environment[f"KAFKA_{topic}_NUM_PARTITIONS"] == 1
        assert environment[f"KAFKA_{topic}_REPLICATION_FACTOR"] == 1


def test_the_flink_of_the_extra_is_the_locked_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"apache-flink-libraries=={read_lock().versions.flink}" in project["optional-dependencies"]["local"]
