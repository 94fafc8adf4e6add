"""Each output of a run on its own: what came out of it, and what that says of what went in."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.latency import Percentiles
from pipegen.snapshot.tables import TableState

TRACED_BY: Final = r"^(header|timestamp|trace:.+)$"
"""header, timestamp, or trace and the columns that lead back to the records that went in."""


class OutputPath(ContractModel):
    """One path from an input to an output."""

    input: str = Field(description="The input that it begins at.")
    shape: Literal["one_to_one", "filter", "join", "aggregate"] = Field(
        description="What becomes of the input's records on the way."
    )
    traced_by: str | None = Field(
        pattern=TRACED_BY,
        description="What records on this path are timed by: header, timestamp, or trace and the column, as in "
        "trace:order_id.",
    )
    total: int | None = Field(default=None, description="Records consumed on this path.")
    rate: float | None = Field(
        default=None, description="Records consumed on this path per second; null at the first snapshot."
    )
    lost: int | None = Field(description="Records delivered to the input that never came out on this path.")
    duplicated: int | None = Field(description="Records that came out on this path more than once.")
    end_to_end: Percentiles | None = Field(
        description="End-to-end latency of the records on this path, each from its own due time."
    )
    last_total: int | None = Field(
        default=None,
        description="Records consumed for which this input's record was due last of all that they combine.",
    )
    reason: str | None = Field(description="Why a figure of it is null; null where all are known.")


class OutputState(ContractModel):
    """One output. A figure that is null has its reason in ``reasons``, as ``outputs.NAME.lost``."""

    name: str = Field(description="The table's name, as in the SQL.")
    topic: str = Field(description="The topic it is read back from.")
    format: str | None = Field(description="Format of its records, as Flink calls it.")
    shape: Literal["one_to_one", "filter", "aggregate"] = Field(description="How its records relate to the input's.")
    shape_reason: str | None = Field(
        default=None, description="Where its shape comes from: Flink's plan, or a setting."
    )
    joined: bool = Field(
        default=False,
        description="Whether a join or an aggregate combines records of several inputs.",
    )
    total: int = Field(description="Records consumed, probes left out.")
    rate: float | None = Field(description="Records consumed per second; null at the first snapshot.")
    lag: int | None = Field(default=None, description="Records in its topic that its reader has not read yet.")
    lost: int | None = Field(description="Delivered records that never came out; null where that cannot be known.")
    duplicated: int | None = Field(description="Records that came out more than once; null where not measurable.")
    invalid_total: int | None = Field(default=None, description="Records consumed that are no record of a schema.")
    unchecked_total: int | None = Field(default=None, description="Records consumed that could not be checked.")
    completeness_ratio: float | None = Field(default=None, description="Share of its field values that are there.")
    rules_failed: int | None = Field(default=None, description="Rules about it that are broken beyond tolerance.")
    counts_reason: str | None = Field(description="Why lost or duplicated is null.")
    traced_by: str | None = Field(
        pattern=TRACED_BY,
        description="What its records are timed by: header, timestamp, or trace and the columns, as in trace:order_id.",
    )
    end_to_end: Percentiles | None = Field(
        description="End-to-end latency over the whole load, from the latest due time of all records that a record "
        "combines; null if not traced."
    )
    end_to_end_interval: Percentiles | None = Field(
        default=None, description="End-to-end latency since the previous snapshot; null if not traced."
    )
    bound: Literal["upper"] | None = Field(
        default=None, description="upper: the true latencies are at most these; null: they are exact."
    )
    bound_reason: str | None = Field(
        default=None, description="Why the latencies are only upper bounds; null where they are exact."
    )
    traced_reason: str = Field(description="Why its records are timed so, or cannot be.")
    table: TableState | None = Field(
        default=None, description="The table that its changelog adds up to; null where its records only insert rows."
    )
    repeated_total: int | None = Field(
        default=None,
        description="Records consumed of which every traced record had come out before: rows that are written again, "
        "which are not timed; null where no trace tells.",
    )
    repeated_rate: float | None = Field(
        default=None, description="The same per second; null at the first snapshot, and where no trace tells."
    )
    foreign_total: int | None = Field(
        default=None,
        description="Records consumed with a value in a traced column that PipeGen did not make; null without a trace.",
    )
    drain: str | None = Field(description="What its drain waits for, or how it ended; null before.")
    failure: str | None = Field(default=None, description="Why a job that feeds it is in trouble; null while none is.")
    paths: list[OutputPath] = Field(default_factory=list, description="Each path from an input to it.")
