"""Each input of a run on its own: what is to be sent to it, and what was."""

from __future__ import annotations

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.latency import Percentiles


class InputState(ContractModel):
    """One input. A figure that is null has its reason in ``reasons``, as ``inputs.NAME.rate``."""

    name: str = Field(description="The table's name, as in the SQL.")
    topic: str = Field(description="The topic that its records are sent to.")
    format: str | None = Field(description="Format of its records, as Flink calls it; null when not known.")
    follows: str | None = Field(description="The input whose records its own come after; null for none.")
    planned_total: int = Field(description="Records of its plan.")
    due_total: int | None = Field(default=None, description="Records due so far according to its plan.")
    loaded_total: int | None = Field(
        description="Records sent before the load, one for each key of a table; not counted in any other figure. "
        "Null for an input that is not loaded first."
    )
    total: int = Field(description="Records that Kafka has acknowledged.")
    rate: float | None = Field(description="Records acknowledged per second; null at the first snapshot.")
    errors: int = Field(description="Records that Kafka has refused or not acknowledged.")
    generator_delay: Percentiles | None = Field(
        default=None, description="How much later than due its records were sent, over the whole load."
    )
    ack: Percentiles | None = Field(
        default=None, description="From due to Kafka's acknowledgement of its records, over the whole load."
    )
