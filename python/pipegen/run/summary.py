"""What is left of a run: its outcome, its accounts and its last snapshot. The model behind ``--summary-json``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipegen.snapshot import Snapshot

Outcome = Literal["finished", "incomplete", "failed", "interrupted"]


class RunSummary(BaseModel):
    """The result of one run.

    ``planned_per_second`` and ``sent_per_second`` hold one figure for each second of load, by due and by actual send
    time; the last one may be a second that was not whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str = Field(description="Id of the run.")
    pipeline: str = Field(description="Name of the pipeline.")
    pipegen_version: str = Field(description="Version of PipeGen.")
    outcome: Outcome = Field(description="How the run ended.")
    exit_code: int = Field(description="Exit code of the process.")
    failure: str | None = Field(description="Why the run failed or is incomplete.")
    failure_detail: str | None = Field(description="Foreign text that belongs to it.")
    failure_remedy: str | None = Field(description="What to do about it.")
    planned_total: int = Field(description="Records the plan holds.")
    sent_total: int = Field(description="Records handed to the client library.")
    delivered_total: int = Field(description="Records acknowledged by Kafka.")
    failed_total: int = Field(description="Records that Kafka refused for good.")
    consumed_total: int = Field(description="Records read from the output topic.")
    lost: int | None = Field(description="Delivered records that never came out; null where that cannot be known.")
    duplicated: int | None = Field(description="Records that came out more than once; null where not measurable.")
    planned_per_second: list[int] = Field(description="Records due in each second of load.")
    sent_per_second: list[int] = Field(description="Records sent in each second of load.")
    send_cpu_s: float | None = Field(description="CPU seconds of the send loop; null when it never ran.")
    read_cpu_s: float | None = Field(description="CPU seconds of the read loop; null when it never ran.")
    process_cpu_s: float = Field(description="CPU seconds of the whole process, start-up included.")
    command: list[str] = Field(description="The command line.")
    left_behind: list[str] = Field(description="What the clean-up could not take away.")
    snapshot: Snapshot = Field(description="The last snapshot.")
