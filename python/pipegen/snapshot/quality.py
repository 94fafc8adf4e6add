"""Data quality in the contract: what was checked, what each field holds, rules, anomalies, and one score."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

Side = Literal["input", "output"]
RuleOutcome = Literal["pass", "fail", "no_samples"]


class InvalidReason(ContractModel):
    """One reason why values were no records."""

    reason: str = Field(
        description="wrong_magic_byte, unknown_schema_id, truncated, trailing_bytes, bad_… or not_json."
    )
    count: int = Field(description="Values with it.")
    example: str = Field(description="What was wrong with one of them, and where; text, never HTML.")


class TopicQuality(ContractModel):
    """The values of one topic, every one of them checked."""

    topic: str = Field(description="Its name; the names of several outputs.")
    valid_total: int = Field(
        description="Values of the topic that are exactly one record of a schema the registry knows."
    )
    invalid_total: int = Field(description="Values of the topic that are no such record.")
    unchecked_total: int = Field(
        description="Values of the topic that could not be checked, such as without the registry's answer."
    )
    tombstones_total: int = Field(description="Records without a value: neither valid nor invalid.")
    valid_ratio: float | None = Field(description="Valid share of the topic's values: valid / (valid + invalid).")
    reasons: list[InvalidReason] = Field(description="Why values are invalid, the most frequent reason first.")


class FieldQuality(ContractModel):
    """One field of the valid records."""

    output: str | None = Field(default=None, description="The output whose records have it; null where there is one.")
    path: str = Field(description="Its path, joined by dots.")
    type: str = Field(description="Its type in Avro's words.")
    present_total: int = Field(description="Values that are there.")
    null_total: int = Field(description="Values that are null.")
    completeness_ratio: float | None = Field(description="present / (present + null).")
    distinct: int = Field(description="About how many values are different; see distinct_error_ratio.")
    min: str | None = Field(description="Smallest value as text; of bytes, arrays and maps the shortest length.")
    max: str | None = Field(description="Greatest value as text; of bytes, arrays and maps the greatest length.")
    optional: bool = Field(description="Whether nulls in it take nothing from the score, as set.")


class RuleResult(ContractModel):
    """One business rule and how the sampled records stand to it."""

    name: str = Field(description="Its name.")
    expression: str = Field(description="The CEL expression; text, never HTML.")
    side: Side = Field(description="Whose records it is about.")
    output: str | None = Field(default=None, description="The output that it is about; null where there is one.")
    origin: Literal["project", "registry"] = Field(description="The project's settings, or a data contract.")
    tolerance_ratio: float = Field(description="Share of violations that is tolerated.")
    evaluated_total: int = Field(description="Sampled records for which it had an answer.")
    violations_total: int = Field(description="Records that break it.")
    errors_total: int = Field(description="Records for which the expression failed, such as a null compared with 1.")
    violation_ratio: float | None = Field(description="violations / evaluated.")
    result: RuleOutcome = Field(description="pass, fail (beyond its tolerance) or no_samples.")
    last_error: str | None = Field(description="Why the expression failed the last time; text, never HTML.")


class Anomaly(ContractModel):
    """A figure that left its usual range for some time."""

    figure: str = Field(description="Dotted path of the figure, or what was watched of a field.")
    phase: str = Field(description="Phase of the plan it happened in.")
    value: float = Field(description="The value furthest from the usual.")
    usual: float = Field(description="Median before.")
    deviation: float = Field(description="Robust z-score of the value: how many scales it is off the median.")
    since: str = Field(description="When it began (ISO 8601, UTC).")
    until: str | None = Field(description="When it was over; null while it goes on.")
    text: str = Field(description="The same as a sentence.")


class DataQualityMetrics(ContractModel):
    """What the records are worth."""

    score: float | None = Field(description="0 to 100; null while nothing was checked.")
    score_formula: str = Field(description="How the score comes about, with its figures.")
    output: TopicQuality | None = Field(description="The output topics together; null where they are not read.")
    input: TopicQuality | None = Field(description="The input topic, with --inspect-input.")
    completeness_ratio: float | None = Field(
        description="Share of the outputs' field values that are there; optional fields apart."
    )
    fields: list[FieldQuality] = Field(description="Fields of the outputs' valid records, 50 at most.")
    field_count: int = Field(description="Fields there are.")
    distinct_error_ratio: float = Field(description="Standard error of each distinct estimate (HyperLogLog).")
    sampled_total: int = Field(description="Records that the rules were evaluated on.")
    sample_ratio: float | None = Field(description="Share of the valid records that these are.")
    conforming_ratio: float | None = Field(description="Share of the sampled records that break no rule.")
    intact_ratio: float | None = Field(description="Share of the delivered records neither lost nor duplicated.")
    rules: list[RuleResult] = Field(description="Business rules in CEL.")
    rules_failed: int = Field(description="Rules broken beyond their tolerance.")
    rule_notes: list[str] = Field(description="What became of the registry's data contracts.")
    anomalies: list[Anomaly] = Field(description="The newest 20.")
    anomalies_total: int = Field(description="Anomalies so far.")
    anomaly_method: str = Field(description="How anomalies are found.")
