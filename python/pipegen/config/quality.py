"""The settings of data quality; what a rule's expression means is known where rules are compiled."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipegen.config.records import Share


class OutputRuleSettings(BaseModel):
    """One business rule about the records of one output."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="Its name; each once.")
    expression: str = Field(
        min_length=1, description="A CEL expression that is true for a good record; fields are variables."
    )
    tolerance: Share = Field(default=0, description="Share of violations that is tolerated.")


class RuleSettings(OutputRuleSettings):
    """One business rule of a pipeline with one output."""

    topic: Literal["output", "input"] = Field(default="output", description="Whose records it is about.")


class DataQualitySettings(BaseModel):
    """What records are checked for, beyond their schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[RuleSettings] = Field(
        default_factory=list, description="Business rules in CEL: name, expression, tolerance and topic each."
    )
    optional_fields: list[str] = Field(
        default_factory=list, description="Fields of the output whose nulls take nothing from the score."
    )
    rule_cpu: Share = Field(default=0.05, description="Share of one core that evaluating rules may take at most.")
