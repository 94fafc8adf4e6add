"""The stack in containers: started and stopped by ``docker compose``, asked for readiness as any client would."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2

from pipegen.errors import StackError
from pipegen.stack import process
from pipegen.stack.artifacts import read_lock
from pipegen.stack.download import Cache
from pipegen.stack.interface import Progress, Silent
from pipegen.stack.parts import Endpoints, Part, PartState, PartStatus
from pipegen.stack.paths import default_cache_dir, default_stack_dir
from pipegen.stack.ports import Ports, choose_ports, endpoints_at, port_of, release
from pipegen.stack.probes import is_ready
from pipegen.stack.registry_service import set_backward
from pipegen.stack.state import StackState

_POLL_S = 0.3
_PULL_TIMEOUT_S = 1800
_INTERRUPTED = "starting the stack was interrupted; its containers are stopped"


def container_engine_answers() -> bool:
    """Whether ``docker`` with ``compose`` is here and its daemon answers."""
    try:
        for command in (("docker", "compose", "version"), ("docker", "info")):
            if subprocess.run(command, capture_output=True, timeout=10, check=False).returncode != 0:
                return False
    except (OSError, subprocess.TimeoutExpired):
        return False
    return True


class ComposeStack:
    """Kafka, registry and Flink as containers of one compose project.

    Args:
        stack_dir: Where its ports are written down.
        cache_dir: Where the connectors that Flink's containers mount are kept.
        ready_timeout_s: How long the parts may take until all answer, once their images are here.
    """

    kind = "docker"

    def __init__(
        self, stack_dir: Path | None = None, *, cache_dir: Path | None = None, ready_timeout_s: float = 180.0
    ) -> None:
        self._state_file = (stack_dir or default_stack_dir()).absolute() / "compose.json"
        self._cache_dir = (cache_dir or default_cache_dir()).absolute()
        self._ready_timeout_s = ready_timeout_s

    @property
    def state_file(self) -> Path:
        """Where its ports are written down."""
        return self._state_file

    def up(
        self,
        *,
        auto_ports: bool = False,
        for_run: str | None = None,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> Endpoints:
        """See :meth:`pipegen.stack.interface.Stack.up`."""
        progress, cancelled = progress or Silent(), cancelled or threading.Event()
        running = self.endpoints()
        if running is not None:
            if for_run is None:
                StackState(ports=self._ports()).save(self.state_file)
            progress.note("the stack runs already, in containers")
            return running
        Cache(self._cache_dir).fetch(read_lock().of("flink"), progress=progress, cancelled=cancelled)
        # Containers that are left are recreated where their ports change, so only foreign holders matter.
        self._compose("stop", ports=self._ports())
        ports = choose_ports(auto=auto_ports, keep={}, last=None)
        try:
            self.state_file.parent.mkdir(parents=True, exist_ok=True)
            StackState(ports=ports, for_run=for_run).save(self.state_file)
            progress.note("starting containers; the first time, their images are fetched")
            self._compose("up", "--detach", ports=ports, timeout_s=_PULL_TIMEOUT_S, cancelled=cancelled)
            self._wait(ports, progress, cancelled)
        except BaseException:
            # Ctrl-C as well.
            self._compose("stop", ports=ports)
            raise
        finally:
            release(ports)
        return endpoints_at(ports)

    def down(self) -> None:
        """Stop the containers; they and their data stay."""
        if self.state_file.exists():
            self._compose("stop", ports=self._ports())

    def delete_data(self) -> None:
        """Remove the containers and their volumes."""
        if self.state_file.exists():
            self._compose("down", "--volumes", ports=self._ports())
            self.state_file.unlink(missing_ok=True)

    def status(self) -> list[PartStatus]:
        """Each part as its container and the part itself say."""
        ports = self._ports()
        if ports is None:
            return [PartStatus(name=part, state=PartState.STOPPED) for part in Part]
        containers = self._containers(ports)
        with httpx2.Client(timeout=2, trust_env=False) as client:
            return [_status(part, containers.get(service_of(part)), ports, client) for part in Part]

    def endpoints(self) -> Endpoints | None:
        """The addresses while every container runs."""
        ports = self._ports()
        if ports is None:
            return None
        containers = self._containers(ports)
        running = all(containers.get(service_of(part), {}).get("State") == "running" for part in Part)
        return endpoints_at(ports) if running else None

    def for_run(self) -> str | None:
        """The run that it was started for; ``None`` when it is to stay."""
        return StackState.load(self.state_file).for_run

    def _ports(self) -> Ports | None:
        return StackState.load(self.state_file).ports

    def _wait(self, ports: Ports, progress: Progress, cancelled: threading.Event) -> None:
        waiting, begin = list(Part), time.monotonic()
        with httpx2.Client(timeout=1, trust_env=False) as client:
            while waiting:
                for part in list(waiting):
                    if is_ready(part, ports, client):
                        waiting.remove(part)
                        progress.part_ready(part, after_s=time.monotonic() - begin)
                if not waiting:
                    break
                containers = self._containers(ports)
                for part in waiting:
                    if containers.get(service_of(part), {}).get("State") in {"exited", "dead"}:
                        raise StackError(f"the container of {part} ended", detail=self._log_tail(part, ports))
                if time.monotonic() - begin > self._ready_timeout_s:
                    raise StackError(
                        f"{', '.join(waiting)} did not answer within {self._ready_timeout_s:.0f} s",
                        detail=self._log_tail(waiting[0], ports),
                    )
                if cancelled.wait(_POLL_S):
                    raise StackError(_INTERRUPTED)
            set_backward(endpoints_at(ports).schema_registry_url, client)

    def _containers(self, ports: Ports) -> dict[str, dict[str, Any]]:
        """What compose says of each container, by service."""
        told = self._compose("ps", "--all", "--format", "json", ports=ports).strip()
        # One JSON object a line since compose 2.21, one array before.
        listed = json.loads(told) if told.startswith("[") else [json.loads(line) for line in told.splitlines()]
        return {str(container["Service"]): container for container in listed}

    def _log_tail(self, part: Part, ports: Ports) -> str:
        return self._compose("logs", "--no-color", "--tail", "20", service_of(part), ports=ports)

    def _compose(
        self,
        *arguments: str,
        ports: Ports | None,
        timeout_s: float = 120,
        cancelled: threading.Event | None = None,
    ) -> str:
        """Run ``docker compose`` and return what it printed.

        Raises:
            StackError: it is not here, failed, took longer than ``timeout_s``, or ``cancelled`` was set.
        """
        file = str(files("pipegen.stack").joinpath("docker-compose.yml"))
        command = ["docker", "compose", "--project-name", "pipegen", "--file", file, *arguments]
        try:
            done = process.run_to_its_end(
                command, self._environment(ports), timeout_s=timeout_s, cancelled=cancelled or threading.Event()
            )
        except OSError as error:
            raise StackError(
                f"docker cannot be run: {error.strerror}",
                remedy="install Docker with its compose plugin, or use --stack local",
            ) from error
        except subprocess.TimeoutExpired as error:
            raise StackError(f"docker compose {arguments[0]} did not end within {timeout_s:.0f} s") from error
        if done is None:
            raise StackError(_INTERRUPTED)
        if done.returncode != 0:
            raise StackError(
                f"docker compose {arguments[0]} failed",
                remedy="see that the Docker daemon runs (docker info), or use --stack local",
                detail=_last_lines(done.stderr),
            )
        return done.stdout

    def _environment(self, ports: Ports | None) -> dict[str, str]:
        added = {"STACK_CACHE_DIR": str(self._cache_dir)}
        if ports is not None:
            added |= {
                f"STACK_{name.upper()}_PORT": str(getattr(ports, name))
                for name in ("kafka", "registry", "flink", "sql_gateway")
            }
        return {**os.environ, **added}


def service_of(part: Part) -> str:
    """The compose service of a part: the same word."""
    return part.value


def _status(part: Part, container: dict[str, Any] | None, ports: Ports, client: httpx2.Client) -> PartStatus:
    if container is None:
        return PartStatus(name=part, state=PartState.STOPPED)
    version = str(container.get("Image", "")).partition(":")[2] or None
    port = port_of(part, ports)
    if container.get("State") != "running":
        ended_well = container.get("ExitCode") in {0, 143}
        state = PartState.STOPPED if ended_well else PartState.FAILED
        return PartStatus(name=part, state=state, port=port, version=version)
    ready = is_ready(part, ports, client)
    return PartStatus(
        name=part,
        state=PartState.RUNNING if ready else PartState.STARTING,
        port=port,
        version=version,
        uptime_s=_uptime_s(str(container.get("ID", ""))),
    )


def _uptime_s(container_id: str) -> float | None:
    """Since when the container runs: compose itself says it only in words."""
    command = ["docker", "inspect", "--format", "{{.State.StartedAt}}", container_id]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        # Nanoseconds and a Z: Python reads microseconds.
        started = datetime.strptime(done.stdout.strip()[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return max(0.0, (datetime.now(UTC) - started).total_seconds())


def _last_lines(text: str, *, lines: int = 20) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])
