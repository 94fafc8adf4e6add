"""The table that the changelog of an output adds up to."""

from __future__ import annotations

from pydantic import Field

from pipegen.snapshot.base import ContractModel


class TableState(ContractModel):
    """One table. A figure that is null has its reason in ``reasons``, as ``outputs.NAME.table.rows``."""

    key: list[str] = Field(description="The columns that identify a row; empty where all columns together do.")
    rows: int | None = Field(description="Current rows.")
    keys: int | None = Field(description="Distinct keys seen; without a key, distinct rows.")
    inserts_total: int | None = Field(
        description="Rows written under a key that had none; without a key, rows written."
    )
    updates_total: int | None = Field(description="Rows that replaced one with the same key.")
    deletes_total: int | None = Field(description="Rows deleted and not written again within a second.")
    tombstones_total: int | None = Field(description="Records with a null value.")
    returned_total: int | None = Field(description="Rows written after the row of the same key was deleted.")
    missing: int | None = Field(
        description="Deletes of rows that did not exist; without a key, rows deleted and not written so far."
    )
    out_of_order: int | None = Field(
        description="Rows that were due before a row of the same key that came earlier, to the millisecond."
    )
    updates_per_key: float | None = Field(description="Updates divided by keys seen.")
    same_second_total: int | None = Field(
        description="Updates within the same second as the previous write to the same key: the most that mini-batch "
        "with an allowed latency of 1 s would combine."
    )
    same_second_ratio: float | None = Field(description="Share of them among all updates.")
    advice: str | None = Field(description="Which setting would write fewer updates; null where none would help much.")
