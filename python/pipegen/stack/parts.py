"""The five parts of the stack, what is known about each, and the addresses they answer at. Data only."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Part(StrEnum):
    """A part's name, as shown and as written to the state file."""

    KAFKA = "kafka"
    REGISTRY = "schema-registry"
    JOBMANAGER = "flink-jobmanager"
    TASKMANAGER = "flink-taskmanager"
    SQL_GATEWAY = "flink-sql-gateway"


class PartState(StrEnum):
    """What a part is doing. ``failed``: it was started and is gone, or does not answer as it should."""

    RUNNING = "running"
    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"


class PartStatus(BaseModel):
    """One part as it is now; what is not known is ``None``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: PartState
    port: int | None = None
    version: str | None = None
    pid: int | None = None
    log_file: Path | None = None
    uptime_s: float | None = None
    rss_bytes: int | None = None


class Endpoints(BaseModel):
    """Where the services answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap_servers: str
    schema_registry_url: str
    flink_url: str
    sql_gateway_url: str
