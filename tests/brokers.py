"""Kafka brokers of a test's own, with settings of its own, from the jars of the session's stack."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from pipegen.services.kafka import KafkaAdmin
from pipegen.stack import LocalStack

CLUSTER_ID = "Zm9yLXRlc3RzLW9ubHktMQ"
_DEADLINE_S = 90.0


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class OwnBroker:
    """One broker process.

    Args:
        stack: Whose Java and jars are used.
        folder: Where it keeps its things.
        node_id: Its number.
        settings: What is added to the settings that every broker here has.
        address: Where it answers without security, to see that it is up.
        format_options: Added when its storage is formatted.
    """

    def __init__(
        self,
        stack: LocalStack,
        folder: Path,
        *,
        node_id: int,
        settings: Mapping[str, object],
        address: str,
        format_options: Sequence[str] = (),
    ) -> None:
        self.address = address
        self._folder = folder
        self._java, self._class_path = _java_of(stack)
        self._settings = folder / "server.properties"
        folder.mkdir(parents=True)
        common = {
            "process.roles": "broker,controller",
            "node.id": node_id,
            "log.dirs": folder / "data",
            "controller.listener.names": "CONTROLLER",
            "offsets.topic.num.partitions": 1,
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.num.partitions": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "auto.create.topics.enable": "false",
            "log.cleaner.dedupe.buffer.size": 16777216,
        }
        lines = [f"{name}={value}" for name, value in (common | dict(settings)).items()]
        self._settings.write_text("\n".join(lines) + "\n")
        command = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", self._settings, *format_options]
        done = subprocess.run(self._command(*command), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; it is up once it answers, see :meth:`await_up`."""
        with (self._folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("kafka.Kafka", self._settings), stdout=log, stderr=subprocess.STDOUT
            )

    def await_up(self, brokers: int = 1) -> None:
        """Waits until it answers and knows that many brokers."""
        deadline_s = time.monotonic() + _DEADLINE_S
        admin = KafkaAdmin(self.address)
        while time.monotonic() < deadline_s:
            with contextlib.suppress(Exception):
                if len(admin.cluster(timeout_s=1).brokers) == brokers:
                    return
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "log.txt").read_text()[-3000:]
        raise AssertionError((self._folder / "log.txt").read_text()[-3000:])

    def stop(self) -> None:
        """Ends it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _command(self, *arguments: str | Path) -> list[str]:
        return [self._java, "-Xmx256m", "-XX:+UseSerialGC", "-cp", self._class_path, *map(str, arguments)]


def _java_of(stack: LocalStack) -> tuple[str, str]:
    pid = next(part.pid for part in stack.status() if part.name == "kafka")
    command = psutil.Process(pid).cmdline()
    return command[0], command[command.index("-cp") + 1]


@contextlib.contextmanager
def running(brokers: Sequence[OwnBroker]) -> Iterator[None]:
    """Runs brokers that form one cluster."""
    try:
        for broker in brokers:
            broker.start()
        for broker in brokers:
            broker.await_up(len(brokers))
        yield
    finally:
        for broker in brokers:
            broker.stop()
