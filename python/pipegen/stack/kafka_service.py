"""The Kafka broker as a process: one node, KRaft, its own controller. Writes its settings, formats its storage once."""

from __future__ import annotations

import base64
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from pipegen.config.addresses import LOOPBACK
from pipegen.errors import StackError
from pipegen.stack.java import Java
from pipegen.stack.launch import QUIET_JVM, Launch
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports

_SETTINGS = """\
# Written by pipegen deploy at every start: changes are lost.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{ports.kafka_controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{ports.kafka},CONTROLLER://{host}:{ports.kafka_controller}
advertised.listeners=PLAINTEXT://{host}:{ports.kafka}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}

# One node: every internal topic has one partition and one replica.
num.partitions=1
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# A group is ready at once, and a misspelt topic is an error instead of a new topic.
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false

# A deleted topic gives its disk space back at once, not after a minute.
log.segment.delete.delay.ms=1000

# The default, 128 MiB, is a quarter of this broker's heap.
log.cleaner.dedupe.buffer.size=16777216
"""

_LOGGING = """\
Configuration:
  status: warn
  # Else the log ends before the broker does.
  shutdownHook: disable
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "%d{ISO8601} %-5p %m (%c{1})%n%throwable"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        ref: out
"""


def kafka_launch(*, work_dir: Path, jars: Sequence[Path], java: Java, ports: Ports, version: str) -> Launch:
    """The broker, its settings and data under ``work_dir``."""
    data = work_dir / "data"
    settings, logging = work_dir / "server.properties", work_dir / "log4j2.yaml"
    class_path = ":".join(str(jar) for jar in jars)
    base = (str(java.executable), *QUIET_JVM, f"-Dlog4j2.configurationFile={logging.as_uri()}", "-cp", class_path)

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        settings.write_text(_SETTINGS.format(host=LOOPBACK, ports=ports, data=_escaped(data)), encoding="utf-8")
        logging.write_text(_LOGGING, encoding="utf-8")
        if not (data / "meta.properties").exists():
            _format_storage((*base, "kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(settings)))

    heap = ("-Xms256m", "-Xmx512m", "-XX:+UseG1GC", f"-Djava.io.tmpdir={work_dir.parent / 'tmp'}")
    return Launch(
        part=Part.KAFKA,
        command=(base[0], *heap, *base[1:], "kafka.Kafka", str(settings)),
        version=version,
        prepare=prepare,
    )


def _format_storage(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired as error:
        raise StackError("formatting Kafka's storage did not end within 60 s") from error
    if done.returncode != 0:
        raise StackError("Kafka's storage cannot be formatted", detail=(done.stdout + done.stderr).strip()[-2000:])


def _cluster_id() -> str:
    """A random id as Kafka writes it; one that begins with a dash would be read as an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _escaped(path: Path) -> str:
    """A path as the value of a Java property."""
    return str(path).replace("\\", "\\\\")
