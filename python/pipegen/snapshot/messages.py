"""Recent messages, beside the contract: some of the newest records of the topics, as text without secrets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

Direction = Literal["in", "out"]


class SeenMessage(ContractModel):
    """One record."""

    direction: Direction = Field(description="in: of the input topic; out: of the output topic.")
    topic: str = Field(description="Its topic.")
    partition: int = Field(description="Its partition.")
    offset: int = Field(description="Its offset.")
    at: str | None = Field(description="Its timestamp (ISO 8601, UTC).")
    key: str | None = Field(description="Its key as text; null for none.")
    value: str | None = Field(description="Its decoded value as JSON; null for none, or when it is not readable.")
    value_bytes: int | None = Field(description="Size of its value; null for none.")
    schema_id: int | None = Field(description="Id of its schema in the registry; null without Confluent framing.")
    note: str | None = Field(description="Why there is no value, or what was left out of it.")


class RecentMessages(ContractModel):
    """What ``/api/messages`` answers."""

    run_id: str | None = Field(description="The run; null before the first look.")
    at: str | None = Field(description="When it was looked last (ISO 8601, UTC).")
    messages: list[SeenMessage] = Field(description="The newest first.")
    reason: str | None = Field(description="Why there are none.")
