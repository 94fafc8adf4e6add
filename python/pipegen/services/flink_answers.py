"""The shapes of Flink's responses. A figure that is not a number becomes None and is noted; the rest is kept."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

_LONGEST_SHOWN: Final = 40
_LATEST_MS: Final = 253_402_300_799_999
_LARGEST: Final = 2**63


def number(raw: object) -> float | None:
    """A finite number, possibly written as text; None for anything else, and for Flink's “not known”."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) and value > -_LARGEST else None


def _whole(raw: object, info: ValidationInfo) -> int | None:
    value = number(raw)
    if value is None or abs(value) >= _LARGEST:
        _note(raw, info)
        return None
    return raw if isinstance(raw, int) else round(value)


def _moment(raw: object, info: ValidationInfo) -> int | None:
    value = _whole(raw, info)
    if value is not None and not 0 <= value <= _LATEST_MS:
        _note(raw, info)
        return None
    return value


def _note(raw: object, info: ValidationInfo) -> None:
    """Records an odd figure if the reader of the response asked for it."""
    if isinstance(info.context, dict):
        info.context.setdefault(info.field_name, f"Flink returned {_shown(raw)}")


def _shown(raw: object) -> str:
    if raw is None:
        return "null"
    if isinstance(raw, float) and not math.isfinite(raw):
        return "NaN" if math.isnan(raw) else "Infinity" if raw > 0 else "-Infinity"
    if isinstance(raw, dict | list):
        return "an object" if isinstance(raw, dict) else "a list"
    return f"{raw!r}"[:_LONGEST_SHOWN]


def _object(raw: object) -> object:
    """Anything that is not an object counts as an empty object."""
    return raw if isinstance(raw, dict) else {}


Figure = Annotated[int | None, BeforeValidator(_whole)]
"""A whole number; None if Flink returned something else."""
Moment = Annotated[int | None, BeforeValidator(_moment)]
"""Epoch milliseconds; None if Flink returned something else."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class OverviewAnswer(_Answer):
    """``/overview``."""

    version: Any = Field(default="unknown", alias="flink-version")
    task_managers: Figure = Field(alias="taskmanagers")
    slots_total: Figure = Field(alias="slots-total")
    slots_free: Figure = Field(alias="slots-available")


class JobRow(_Answer):
    """A job of ``/jobs/overview``."""

    id: str = Field(alias="jid")
    name: str
    state: str


class JobsAnswer(_Answer):
    """``/jobs/overview``."""

    jobs: list[JobRow]


class _Counters(_Answer):
    records_in: Figure = Field(default=None, alias="read-records")
    records_out: Figure = Field(default=None, alias="write-records")
    bytes_in: Figure = Field(default=None, alias="read-bytes")
    bytes_out: Figure = Field(default=None, alias="write-bytes")


class VertexAnswer(_Answer):
    """A vertex of a job."""

    id: str
    name: str
    status: str
    parallelism: Figure = None
    metrics: Annotated[_Counters, BeforeValidator(_object)] = Field(default_factory=_Counters)
    tasks: Annotated[dict[str, Figure], BeforeValidator(_object)] = Field(default_factory=dict)


class JobAnswer(_Answer):
    """``/jobs/ID``."""

    id: str = Field(alias="jid")
    name: str
    state: str
    # Each is read for itself: what is odd in one vertex is told of that one.
    vertices: list[Any]
    timestamps: Annotated[dict[str, Moment], BeforeValidator(_object)] = Field(default_factory=dict)


class TaskManagerAnswer(_Answer):
    """A TaskManager."""

    id: str
    address: str = Field(alias="path")
    slots_total: Figure = Field(default=None, alias="slotsNumber")
    slots_free: Figure = Field(default=None, alias="freeSlots")
    # Flink's API calls it a duration, but it is the epoch time of the last heartbeat.
    heartbeat_at_ms: Moment = Field(default=None, alias="timeSinceLastHeartbeat")


class TaskManagersAnswer(_Answer):
    """``/taskmanagers``."""

    managers: list[TaskManagerAnswer] = Field(alias="taskmanagers")


class _Counts(_Answer):
    completed: Figure = None
    failed: Figure = None
    in_progress: Figure = None
    restored: Figure = None


class _Completed(_Answer):
    last_duration_ms: Figure = Field(default=None, alias="end_to_end_duration")
    last_size_bytes: Figure = Field(default=None, alias="state_size")
    last_persisted_bytes: Figure = Field(default=None, alias="checkpointed_size")
    last_completed_at: Moment = Field(default=None, alias="latest_ack_timestamp")


class _Failed(_Answer):
    last_failure: Any = Field(default=None, alias="failure_message")
    last_failure_at: Moment = Field(default=None, alias="failure_timestamp")


class _Latest(_Answer):
    completed: Annotated[_Completed, BeforeValidator(_object)] = Field(default_factory=_Completed)
    failed: Annotated[_Failed, BeforeValidator(_object)] = Field(default_factory=_Failed)


class CheckpointsAnswer(_Answer):
    """``/jobs/ID/checkpoints``.

    Attributes:
        odd: Figures that were not numbers, by their name in the contract, with what Flink returned.
    """

    counts: _Counts
    latest: Annotated[_Latest, BeforeValidator(_object)] = Field(default_factory=_Latest)
    odd: dict[str, str] = Field(default_factory=dict, exclude=True)
