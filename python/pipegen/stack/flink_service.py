"""Flink as three processes: JobManager, TaskManager and SQL gateway, from the jars of ``apache-flink-libraries``.

The jars are linked together, never copied. No shell script of Flink's takes part, so every memory size is spelt out.
"""

from __future__ import annotations

import importlib.util
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipegen.config.addresses import LOOPBACK
from pipegen.errors import StackError
from pipegen.package import install_command
from pipegen.stack.java import Java
from pipegen.stack.launch import QUIET_JVM, Launch
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports

_OPENED = (
    *("java.lang", "java.net", "java.io", "java.nio", "java.lang.reflect", "java.text", "java.time", "java.util"),
    *("java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.nio.ch"),
)
_ADD_OPENS = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED)

_LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
appender.out.name = out
appender.out.type = CONSOLE
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
# The client library repeats its whole configuration for every reader and writer.
logger.kafka.name = org.apache.kafka
logger.kafka.level = WARN
"""


def flink_home() -> Path:
    """The folder of ``apache-flink-libraries``: ``lib``, ``opt`` and ``plugins``.

    Raises:
        StackError: the package is not installed.
    """
    found = importlib.util.find_spec("pyflink")
    for place in (found.submodule_search_locations or []) if found else []:
        if any((Path(place) / "lib").glob("flink-dist-*.jar")):
            return Path(place)
    raise StackError(
        "the local stack is not installed: Kafka, Flink and a registry on this machine need the extra local",
        remedy=f"Run {install_command('local')}, use --stack docker, or name your own services with "
        "--bootstrap-servers, --flink-url, --sql-gateway-url and --schema-registry-url.",
    )


@dataclass(frozen=True)
class FlinkFolders:
    """Where Flink's processes find and put their things."""

    work_dir: Path
    home: Path

    @property
    def conf(self) -> Path:
        """``config.yaml`` and the logging settings."""
        return self.work_dir / "conf"

    @property
    def lib(self) -> Path:
        """Links to the jars of all three."""
        return self.work_dir / "lib"

    @property
    def tmp(self) -> Path:
        """The temporary folder of the whole stack."""
        return self.work_dir.parent / "tmp"

    @property
    def checkpoints(self) -> Path:
        """Where jobs keep their checkpoints."""
        return self.work_dir / "data" / "checkpoints"


def flink_launches(
    *,
    folders: FlinkFolders,
    connectors: Sequence[Path],
    gateway_jars: Sequence[Path],
    java: Java,
    ports: Ports,
    version: str,
) -> list[Launch]:
    """JobManager, TaskManager and SQL gateway; they share one configuration folder."""
    _prepare(folders, connectors, ports)
    # The jars themselves, not this stack's links to them: a stack's folder may have a colon in its name.
    class_path = ":".join(str(jar.resolve()) for jar in sorted(folders.lib.iterdir()))
    client = next(iter((folders.home / "opt").glob("flink-sql-client-*.jar")))
    gateway_path = ":".join([class_path, *map(str, gateway_jars), str(client)])
    logging = f"-Dlog4j.configurationFile={(folders.conf / 'log4j.properties').as_uri()}"
    base = (str(java.executable), *QUIET_JVM, logging, f"-Djava.io.tmpdir={folders.tmp}", *_ADD_OPENS)
    environment = {
        "FLINK_CONF_DIR": str(folders.conf),
        "FLINK_LIB_DIR": str(folders.lib),
        "FLINK_OPT_DIR": str(folders.home / "opt"),
        "FLINK_PLUGINS_DIR": str(folders.home / "plugins"),
    }
    small = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    jobmanager = (*base, *small, "-Xmx320m", "-cp", class_path, _JOBMANAGER, "--configDir", str(folders.conf))
    taskmanager = (*base, *_TASKMANAGER_MEMORY, "-cp", class_path, _TASKMANAGER, "--configDir", str(folders.conf))
    taskmanager_id = f"taskmanager-{uuid.uuid4().hex[:8]}"
    gateway = (*base, *small, "-Xmx384m", "-cp", gateway_path, "org.apache.flink.table.gateway.SqlGateway")
    return [
        Launch(
            part=Part.JOBMANAGER,
            command=(*jobmanager, "--executionMode", "cluster"),
            version=version,
            environment=environment,
        ),
        Launch(
            part=Part.TASKMANAGER,
            command=(*taskmanager, f"-Dtaskmanager.resource-id={taskmanager_id}"),
            instance=taskmanager_id,
            version=version,
            environment=environment,
        ),
        Launch(
            part=Part.SQL_GATEWAY,
            command=gateway,
            version=version,
            environment=environment,
        ),
    ]


_JOBMANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_TASKMANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_TASKMANAGER_MEMORY = ("-Xmx512m", "-XX:MaxDirectMemorySize=192m", "-XX:MaxMetaspaceSize=256m")


def _prepare(folders: FlinkFolders, connectors: Sequence[Path], ports: Ports) -> None:
    for folder in (folders.conf, folders.lib, folders.tmp, folders.checkpoints):
        folder.mkdir(parents=True, exist_ok=True)
    (folders.conf / "config.yaml").write_text(yaml.safe_dump(flink_settings(folders, ports)), encoding="utf-8")
    (folders.conf / "log4j.properties").write_text(_LOGGING, encoding="utf-8")
    wanted = {jar.name: jar for jar in (*(folders.home / "lib").glob("*.jar"), *connectors)}
    for link in folders.lib.iterdir():
        if link.name not in wanted or link.readlink() != wanted[link.name]:
            link.unlink()
    for name, jar in wanted.items():
        if not (folders.lib / name).is_symlink():
            (folders.lib / name).symlink_to(jar)


def flink_settings(folders: FlinkFolders, ports: Ports) -> Mapping[str, str | int | float]:
    """What ``config.yaml`` says, read by all three."""
    return {
        "jobmanager.rpc.address": LOOPBACK,
        "jobmanager.rpc.port": ports.jobmanager_rpc,
        "jobmanager.bind-host": LOOPBACK,
        "jobmanager.memory.process.size": "768m",
        "taskmanager.host": LOOPBACK,
        "taskmanager.bind-host": LOOPBACK,
        # No rest.bind-port: the gateway reads this file too and would take the JobManager's port.
        "rest.address": LOOPBACK,
        "rest.bind-address": LOOPBACK,
        "rest.port": ports.flink,
        "sql-gateway.endpoint.rest.address": LOOPBACK,
        "sql-gateway.endpoint.rest.bind-address": LOOPBACK,
        "sql-gateway.endpoint.rest.port": ports.sql_gateway,
        "sql-gateway.endpoint.rest.bind-port": str(ports.sql_gateway),
        "execution.target": "remote",
        # Without Flink's own scripts each of these must be given.
        "taskmanager.numberOfTaskSlots": 8,
        "taskmanager.cpu.cores": 2.0,
        "taskmanager.memory.framework.heap.size": "128m",
        "taskmanager.memory.framework.off-heap.size": "128m",
        "taskmanager.memory.task.heap.size": "384m",
        "taskmanager.memory.task.off-heap.size": "0m",
        # 16 MB a slot: jobs with several window operators share it, and each of them needs at least 1 MB.
        "taskmanager.memory.managed.size": "128m",
        "taskmanager.memory.network.min": "64m",
        "taskmanager.memory.network.max": "64m",
        "taskmanager.memory.jvm-metaspace.size": "256m",
        "taskmanager.memory.jvm-overhead.min": "192m",
        "taskmanager.memory.jvm-overhead.max": "192m",
        # A TaskManager that comes up before its JobManager tries again soon, not after 10 s.
        "cluster.registration.error-delay": "500 ms",
        "cluster.registration.initial-timeout": "200 ms",
        "cluster.registration.max-timeout": "2 s",
        # A TaskManager that died is noticed after two of these, not after 50 s.
        "heartbeat.interval": "3 s",
        # Figures on the page are at most this old.
        "metrics.fetcher.update-interval": "1 s",
        "state.backend.type": "hashmap",
        "execution.checkpointing.interval": "10 s",
        "execution.checkpointing.dir": folders.checkpoints.as_uri(),
        # A hiccup is survived; a job that fails again and again ends as FAILED, with its reason, instead of circling.
        "restart-strategy.type": "failure-rate",
        "restart-strategy.failure-rate.max-failures-per-interval": 3,
        "restart-strategy.failure-rate.failure-rate-interval": "1 min",
        "restart-strategy.failure-rate.delay": "1 s",
        "io.tmp.dirs": str(folders.tmp),
        "web.submit.enable": "false",
    }
