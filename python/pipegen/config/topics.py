"""The settings of one input or one output of a topology, which a table's name leads to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from pipegen.choices import ArrivalKind
from pipegen.config.changes import ChangeSettings, ColumnNames
from pipegen.config.file_names import FileName
from pipegen.config.quality import OutputRuleSettings
from pipegen.config.records import FaultSettings, Share
from pipegen.units import format_duration, parse_duration_ns


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _delay(value: object) -> object:
    """``5s`` or ``1s..30s`` as the least and the most, in nanoseconds."""
    least, dots, most = str(value).partition("..")
    first = parse_duration_ns(least)
    return (first, parse_duration_ns(most) if dots else first)


def _delay_text(value: tuple[int, int]) -> str:
    return f"{format_duration(value[0])}..{format_duration(value[1])}"


Delay = Annotated[tuple[int, int], BeforeValidator(_delay), PlainSerializer(_delay_text, return_type=str)]
"""The least and the most, in nanoseconds, written ``1s..30s``."""


class FollowSettings(_Part):
    """Records that come after those of another input, such as the payment after its order."""

    input: str = Field(description="The input that is followed.")
    on: ColumnNames = Field(min_length=1, description="Columns that are the same in both records.")
    share: Share = Field(default=1.0, gt=0, description="Share of the followed records that get one.")
    delay_ns: Delay = Field(
        default=(0, 2_000_000_000), alias="delay", description="How much later it comes, like 1s..30s."
    )

    @model_validator(mode="after")
    def _forwards(self) -> FollowSettings:
        least, most = self.delay_ns
        if not 0 <= least <= most:
            raise ValueError("the delay ends before it begins: write the shorter one first, like 1s..30s")
        return self


class InputSettings(_Part):
    """How one input is fed; what is not set is inferred from its table."""

    schema_file: FileName | None = Field(
        default=None, alias="schema", description="Avro schema of its records; made from the table's columns without."
    )
    key: dict[str, object] | Literal["none"] | None = Field(
        default=None,
        description="Kafka key of a table that does not read it, as pipeline.key has it.",
    )
    rate: float | None = Field(
        default=None, gt=0, le=10_000_000, description="Messages per second; a share of what others leave without."
    )
    traffic_pattern: str | None = Field(default=None, alias="traffic", description="Load shape of its own.")
    arrivals: ArrivalKind | None = Field(default=None, description="uniform or poisson, for this input.")
    hints: dict[str, dict[str, object]] = Field(
        default_factory=dict, description="Hints for generated values, by column."
    )
    faults: FaultSettings = Field(default_factory=FaultSettings, description="Faults on purpose.")
    file: FileName | None = Field(default=None, description="CSV, NDJSON, Avro or Parquet file whose rows are sent.")
    follows: FollowSettings | None = Field(default=None, description="The input that its records come after.")
    load: Literal["before", "during"] | None = Field(
        default=None,
        description="before: every key is there before the load begins, as for versioned and upsert tables; during.",
    )
    changes: ChangeSettings | None = Field(
        default=None,
        description="How its rows change: shares of create, update and delete, for upsert-kafka and changelog formats.",
    )
    trace: str | None = Field(
        default=None,
        description="Column of which each record gets a value that leads back to it, for outputs without the header; "
        "found by itself where the SQL allows; none: do not look for one.",
    )
    feed: bool = Field(
        default=True,
        description="false: another producer feeds it; its table stays as written, and PipeGen sends nothing.",
    )

    @model_validator(mode="after")
    def _nothing_but_feed(self) -> InputSettings:
        fields = type(self).model_fields
        others = sorted(fields[name].alias or name for name in self.model_fields_set - {"feed"})
        if not self.feed and others:
            raise ValueError(f"with feed: false nothing is sent, so remove {' and '.join(others)}")
        return self

    @model_validator(mode="after")
    def _only_changes(self) -> InputSettings:
        beside = {"follows": self.follows is not None, "file": self.file is not None, "faults": self.faults.shares()}
        found = [name for name, there in beside.items() if there]
        if self.changes is not None and found:
            raise ValueError(f"changes of rows do not go with {' or '.join(found)}: leave one of them out")
        return self

    @model_validator(mode="after")
    def _one_rate(self) -> InputSettings:
        if self.follows is not None and self.rate is not None:
            raise ValueError("an input that follows another has no rate of its own: leave rate or follows out")
        return self


class OutputSettings(_Part):
    """How one output is judged."""

    shape: Literal["one_to_one", "filter", "join", "aggregate"] | None = Field(
        default=None,
        description="What happens to records on the way; overrides Flink's plan, which applies when left out.",
    )
    trace: str | None = Field(
        default=None,
        description="Column that leads back to the record of the input, where no header arrives; found by itself where "
        "the SQL allows; none: do not look for one.",
    )
    may_be_empty: bool = Field(default=False, description="Whether it may stay empty without failing the run.")
    expected_messages: int | None = Field(
        default=None, ge=0, description="Records to wait for; derived if each record comes out once."
    )
    rules: list[OutputRuleSettings] = Field(
        default_factory=list, description="Business rules in CEL for its records: name, expression and tolerance each."
    )
