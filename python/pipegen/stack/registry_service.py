"""The schema registry as a process: Apicurio with its Confluent API, subjects kept in a file database."""

from __future__ import annotations

from pathlib import Path

import httpx2

from pipegen.config.addresses import LOOPBACK
from pipegen.errors import StackError
from pipegen.stack.java import Java
from pipegen.stack.launch import QUIET_JVM, Launch
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports


def registry_launch(*, work_dir: Path, app_dir: Path, java: Java, ports: Ports, version: str) -> Launch:
    """The registry from the unpacked ``app_dir``, its database under ``work_dir``."""
    database = work_dir / "data" / "registry"
    return Launch(
        part=Part.REGISTRY,
        command=(
            str(java.executable),
            *QUIET_JVM,
            *("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            f"-Djava.io.tmpdir={work_dir.parent / 'tmp'}",
            f"-Dquarkus.http.host={LOOPBACK}",
            f"-Dquarkus.http.port={ports.registry}",
            f"-Dquarkus.management.host={LOOPBACK}",
            f"-Dquarkus.management.port={ports.registry_management}",
            # Else every look at it, one a second during a run, is a line in its log.
            "-Dquarkus.http.access-log.enabled=false",
            f"-Dapicurio.datasource.url=jdbc:h2:file:{database}",
            *("-jar", str(app_dir / "quarkus-run.jar")),
        ),
        version=version,
        prepare=lambda: database.parent.mkdir(parents=True, exist_ok=True),
    )


def settle_registry(work_dir: Path, url: str, client: httpx2.Client) -> None:
    """Make a new registry refuse incompatible schemas, as Confluent's does; a level that a user sets later stays."""
    done = work_dir / "data" / "compatibility-set"
    if not done.exists():
        set_backward(url, client)
        done.touch()


def set_backward(url: str, client: httpx2.Client) -> None:
    """Set the global compatibility level, which begins as NONE, to Confluent's default.

    Raises:
        StackError: the registry answers, but not to this.
    """
    try:
        client.put(f"{url}/config", json={"compatibility": "BACKWARD"}, timeout=10).raise_for_status()
    except httpx2.HTTPError as error:
        raise StackError(f"the schema registry at {url} does not take a compatibility level: {error}") from error
