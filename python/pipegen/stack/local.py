"""The stack as JVM processes on 127.0.0.1, found again by its state file. Prints nothing."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import httpx2
import psutil

from pipegen.errors import StackError
from pipegen.lock import GaveUpError, hold
from pipegen.stack import process
from pipegen.stack.artifacts import read_lock
from pipegen.stack.download import Cache
from pipegen.stack.flink_service import FlinkFolders, flink_home, flink_launches
from pipegen.stack.interface import Progress, Silent
from pipegen.stack.java import find_java
from pipegen.stack.kafka_service import kafka_launch
from pipegen.stack.launch import Launch
from pipegen.stack.parts import Endpoints, Part, PartStatus
from pipegen.stack.paths import default_cache_dir, default_stack_dir
from pipegen.stack.ports import Ports, choose_ports, endpoints_at, release
from pipegen.stack.probes import is_ready
from pipegen.stack.registry_service import registry_launch, settle_registry
from pipegen.stack.state import PartRecord, StackState
from pipegen.stack.status import part_status
from pipegen.stack.unpack import unpacked

_POLL_S = 0.1
_TAIL_LINES = 20


class LocalStack:
    """Kafka, registry and Flink as processes of this machine. One folder is one stack; several run side by side.

    Args:
        stack_dir: Its folder: state file, logs, settings and data. Default: the user's own stack.
        cache_dir: Where fetched artifacts are shared by all stacks. Default: the user's cache.
        ready_timeout_s: How long the parts may take until all answer.
    """

    kind = "local"

    def __init__(
        self, stack_dir: Path | None = None, *, cache_dir: Path | None = None, ready_timeout_s: float = 120.0
    ) -> None:
        self.stack_dir = (stack_dir or default_stack_dir()).absolute()
        self.cache_dir = (cache_dir or default_cache_dir()).absolute()
        self._ready_timeout_s = ready_timeout_s

    def up(
        self,
        *,
        auto_ports: bool = False,
        for_run: str | None = None,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> Endpoints:
        """See :meth:`pipegen.stack.interface.Stack.up`; ``cancelled`` ends the wait from another thread."""
        progress = progress or Silent()
        cancelled = cancelled or threading.Event()
        with self._locked(progress, cancelled):
            state = StackState.load(self.state_file)
            missing = [part for part in Part if not _lives(state, part)]
            if for_run is None or len(missing) == len(Part):
                state.for_run = for_run
            if state.ports is not None and not missing:
                state.save(self.state_file)
                progress.note(f"the stack in {self.stack_dir} runs already")
                return endpoints_at(state.ports)
            return self._start(missing, state, auto_ports=auto_ports, progress=progress, cancelled=cancelled)

    def down(self) -> None:
        """Stop the parts: those that write to Kafka first, then Kafka, each with time to put its data in order."""
        if not self.stack_dir.exists():
            return
        with self._locked(Silent(), threading.Event()):
            state = StackState.load(self.state_file)
            state.for_run = None
            self._stop(state, list(Part))

    def delete_data(self) -> None:
        """Delete topics, subjects, checkpoints and logs.

        Raises:
            StackError: a part still runs.
        """
        state = StackState.load(self.state_file)
        if any(_lives(state, part) for part in Part):
            raise StackError(f"the stack in {self.stack_dir} still runs", remedy="stop it first: pipegen clean")
        for name in ("kafka", "registry", "flink", "tmp", "logs"):
            shutil.rmtree(self.stack_dir / name, ignore_errors=True)
        for name in ("state.json", "lock"):
            (self.stack_dir / name).unlink(missing_ok=True)

    def processes(self) -> dict[Part, psutil.Process]:
        """The process of each part that lives; asks the operating system alone.

        Raises:
            StackError: the state file cannot be used.
        """
        records = StackState.load(self.state_file).parts
        found = {part: record.process.find() for part, record in records.items()}
        return {part: process for part, process in found.items() if process is not None}

    def status(self) -> list[PartStatus]:
        """Each part as it is now, in the order of :class:`Part`."""
        state = StackState.load(self.state_file)
        with httpx2.Client(timeout=2, trust_env=False) as client:
            return [part_status(part, state, client) for part in Part]

    def endpoints(self) -> Endpoints | None:
        """The addresses while every part's process lives."""
        state = StackState.load(self.state_file)
        if state.ports is None or not all(_lives(state, part) for part in Part):
            return None
        return endpoints_at(state.ports)

    def for_run(self) -> str | None:
        """The run that it was started for; ``None`` when it is to stay."""
        return StackState.load(self.state_file).for_run

    @property
    def state_file(self) -> Path:
        """Where it is written down what this stack started."""
        return self.stack_dir / "state.json"

    @property
    def _marker(self) -> str:
        """On the command line of every process of this stack."""
        return f"-Dpipegen.stack={self.stack_dir}"

    def _locked(self, progress: Progress, cancelled: threading.Event) -> AbstractContextManager[object]:
        wait = f"another process works on the stack in {self.stack_dir}: waiting for it"
        try:
            return hold(self.stack_dir / "lock", on_wait=lambda: progress.note(wait), give_up=cancelled.is_set)
        except GaveUpError:
            raise StackError("starting the stack was interrupted; nothing had been started") from None
        except OSError as error:
            raise StackError(
                f"the stack's folder {self.stack_dir} cannot be written: {error.strerror}",
                remedy="set PIPEGEN_STACK_DIR to a folder that can",
            ) from error

    def _start(
        self,
        missing: Sequence[Part],
        state: StackState,
        *,
        auto_ports: bool,
        progress: Progress,
        cancelled: threading.Event,
    ) -> Endpoints:
        started: list[Part] = []
        ports = choose_ports(auto=auto_ports, keep=_held(state), last=state.ports)
        try:
            launches = self._launches(ports, progress, cancelled)
            state.ports = ports
            # Before the first process: should we be killed, it is known for whom they were started.
            state.save(self.state_file)
            begin = time.monotonic()
            # Kafka last: its storage may have to be formatted first, and it is the quickest to start.
            for launch in sorted(launches, key=lambda launch: launch.part is Part.KAFKA):
                if launch.part in missing:
                    launch.prepare()
                    # Noted before it is started: whatever happens between, it is stopped again.
                    started.append(launch.part)
                    state.parts[launch.part] = self._spawn(launch)
                    state.save(self.state_file)
                    progress.part_started(launch.part)
            self._wait(ports, state, begin, progress, cancelled)
        except BaseException:
            # Ctrl-C as well. The parts that ran before this call stay.
            self._stop(state, started)
            raise
        finally:
            release(ports)
        return endpoints_at(ports)

    def _launches(self, ports: Ports, progress: Progress, cancelled: threading.Event) -> list[Launch]:
        """Everything the processes need, fetched and written; nothing is started."""
        # The package first: without it no Java would help.
        home, java, java_of_registry = flink_home(), find_java(21, 17), find_java(21)
        lock, cache = read_lock(), Cache(self.cache_dir)
        cache.fetch(lock.artifacts, progress=progress, cancelled=cancelled)
        app_dir = unpacked(cache, lock.of("registry")[0], progress=progress)
        for name in ("tmp", "logs"):
            (self.stack_dir / name).mkdir(exist_ok=True)
        return [
            kafka_launch(
                work_dir=self.stack_dir / "kafka",
                jars=[cache.path(artifact) for artifact in lock.of("kafka")],
                java=java,
                ports=ports,
                version=lock.versions.kafka,
            ),
            registry_launch(
                work_dir=self.stack_dir / "registry",
                app_dir=app_dir,
                java=java_of_registry,
                ports=ports,
                version=lock.versions.registry,
            ),
            *flink_launches(
                folders=FlinkFolders(self.stack_dir / "flink", home),
                connectors=[cache.path(artifact) for artifact in lock.of("flink")],
                gateway_jars=[cache.path(artifact) for artifact in lock.of("sql-gateway")],
                java=java,
                ports=ports,
                version=lock.versions.flink,
            ),
        ]

    def _spawn(self, launch: Launch) -> PartRecord:
        log_file = self.stack_dir / "logs" / f"{launch.part}.log"
        record = process.spawn(
            [launch.command[0], self._marker, _argument(launch.part), f"-Dlog.file={log_file}", *launch.command[1:]],
            marker=self._marker,
            log_file=log_file,
            working_dir=self.stack_dir,
            environment=launch.environment,
        )
        return PartRecord(process=record, version=launch.version, log_file=log_file, instance=launch.instance)

    def _wait(
        self,
        ports: Ports,
        state: StackState,
        begin: float,
        progress: Progress,
        cancelled: threading.Event,
    ) -> None:
        waiting = list(Part)
        with httpx2.Client(timeout=1, trust_env=False) as client:
            while waiting:
                for part in list(waiting):
                    _raise_if_dead(part, state.parts[part])
                    if is_ready(part, ports, client, instance=state.parts[part].instance):
                        waiting.remove(part)
                        if part is Part.REGISTRY:
                            settle_registry(
                                self.stack_dir / "registry", endpoints_at(ports).schema_registry_url, client
                            )
                        progress.part_ready(part, after_s=time.monotonic() - begin)
                if waiting and time.monotonic() - begin > self._ready_timeout_s:
                    part = waiting[0]
                    raise StackError(
                        f"{', '.join(waiting)} did not answer within {self._ready_timeout_s:.0f} s",
                        remedy=f"read the log: {state.parts[part].log_file}",
                        detail=process.tail(state.parts[part].log_file, lines=_TAIL_LINES),
                    )
                if cancelled.wait(_POLL_S if waiting else 0):
                    raise StackError("starting the stack was interrupted; what had been started is stopped")

    def _stop(self, state: StackState, parts: Sequence[Part]) -> None:
        processes = {part: process.find_by_arguments(self._marker, _argument(part)) for part in parts}
        kafka = processes.pop(Part.KAFKA, [])
        process.stop(record for records in processes.values() for record in records)
        process.stop(kafka)
        for part in parts:
            state.parts.pop(part, None)
        if self.state_file.exists():
            state.save(self.state_file)


def _argument(part: Part) -> str:
    """On the command line of the part's process."""
    return f"-Dpipegen.part={part}"


def _lives(state: StackState, part: Part) -> bool:
    return part in state.parts and state.parts[part].process.find() is not None


def _raise_if_dead(part: Part, record: PartRecord) -> None:
    if record.process.find() is not None:
        return
    code = record.process.exit_code()
    ended = "ended" if code is None else f"ended with exit code {code}"
    raise StackError(
        f"{part} {ended} while it was starting",
        remedy=f"read the whole log: {record.log_file}",
        detail=process.tail(record.log_file, lines=_TAIL_LINES),
    )


def _held(state: StackState) -> dict[str, int]:
    """The ports of the parts that run: they stay, whatever else is started beside them."""
    if state.ports is None:
        return {}
    names = {
        Part.KAFKA: ("kafka", "kafka_controller"),
        Part.REGISTRY: ("registry", "registry_management"),
        Part.JOBMANAGER: ("flink", "jobmanager_rpc"),
        Part.TASKMANAGER: ("flink", "jobmanager_rpc"),
        Part.SQL_GATEWAY: ("sql_gateway", "flink"),
    }
    return {name: getattr(state.ports, name) for part in Part if _lives(state, part) for name in names[part]}
