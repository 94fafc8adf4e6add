"""The table that the records of an output stand for, where they write rows again or take them back."""

from __future__ import annotations

from pydantic import Field

from pipegen.snapshot.base import ContractModel


class TableState(ContractModel):
    """One table. A figure that is null has its reason in ``reasons``, as ``outputs.NAME.table.rows``."""

    key: list[str] = Field(description="The columns that tell rows apart; empty where a row is all of its columns.")
    rows: int | None = Field(description="Rows that are there now.")
    keys: int | None = Field(description="Keys seen; without a key, different rows.")
    inserts_total: int | None = Field(description="Rows written whose key had none; without a key, rows written.")
    updates_total: int | None = Field(description="Rows written in place of one with the same key.")
    deletes_total: int | None = Field(description="Rows taken away and not written again within a second.")
    tombstones_total: int | None = Field(description="Records with a null value.")
    returned_total: int | None = Field(description="Rows written after the row of the same key was deleted.")
    missing: int | None = Field(
        description="Deletes of rows that were not there; without a key, rows taken away and not written so far."
    )
    out_of_order: int | None = Field(
        description="Rows that were due before a row of the same key that came earlier, to the millisecond."
    )
    updates_per_key: float | None = Field(description="Updates by keys seen.")
    same_second_total: int | None = Field(
        description="Updates in the same second as the write before them to the same key: what mini-batch with an "
        "allowed latency of 1 s would combine at most."
    )
    same_second_ratio: float | None = Field(description="Share of them among all updates.")
    advice: str | None = Field(description="Which setting would write fewer updates; null where none would help much.")
