"""Faults on purpose in the contract: what was put into the load, so that what others find can be compared with it."""

from __future__ import annotations

from pydantic import Field

from pipegen.snapshot.base import ContractModel


class InjectedFault(ContractModel):
    """One kind of fault that is injected on purpose."""

    name: str = Field(description="late, out_of_order, duplicates, nulls, corrupt, unknown_schema_id …")
    share: float = Field(description="Share of the records that have it, as set.")
    injected_total: int = Field(description="Records with it that were handed to the client library.")
    delivered_total: int = Field(description="Of those, acknowledged by Kafka.")
    expected_out: bool = Field(description="Whether such records are expected at the far end like any other.")


class FaultMetrics(ContractModel):
    """Faults on purpose; a record has at most one. They are never counted as loss or as duplicates of the pipeline."""

    injected_total: int = Field(description="Records with a fault that were handed to the client library.")
    excluded_total: int = Field(description="Acknowledged records without a readable value: not expected to come out.")
    excluded_consumed_total: int = Field(description="Such records that came out all the same.")
    kinds: list[InjectedFault] = Field(description="Each fault that is asked for; empty without faults.")
