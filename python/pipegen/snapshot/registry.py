"""The schema registry in the contract: how it answers, the pipeline's subjects, and how they change."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.section import ObservedSection


class SubjectState(ContractModel):
    """One subject of the pipeline."""

    subject: str = Field(description="Its name.")
    role: Literal["input", "output"] = Field(description="Whose records it describes.")
    versions: list[int] = Field(description="Its versions; empty when it is not there.")
    schema_id: int | None = Field(description="Id of the newest version; null when it is not there.")
    compatibility: str | None = Field(description="Compatibility level in force for it; null where not told.")
    own_compatibility: bool = Field(description="Whether it differs from the level of the registry.")


class SchemaChange(ContractModel):
    """A version that was added during the run."""

    subject: str = Field(description="Subject.")
    version: int = Field(description="The new version.")
    schema_id: int = Field(description="Id of its schema.")
    at: str = Field(description="When it was seen (ISO 8601, UTC).")
    compatible: bool | None = Field(description="Whether it can read what the version before wrote; null if not told.")
    reason: str | None = Field(description="Why it is not compatible, or why that is not known.")


class RegistryMetrics(ObservedSection):
    """The schema registry."""

    url: str | None = Field(description="Address without credentials.")
    response_ms: float | None = Field(description="Time of the last answer.")
    subjects: int | None = Field(description="Subjects of this pipeline.")
    input_subject: str | None = Field(description="Subject of the input records.")
    input_version: int | None = Field(description="Its newest version.")
    output_subject: str | None = Field(description="Subject of the output records.")
    output_version: int | None = Field(description="Its newest version.")
    compatibility: str | None = Field(description="Compatibility level in force for the input subject.")
    subject_list: list[SubjectState] = Field(default_factory=list, description="The pipeline's subjects.")
    changes: list[SchemaChange] = Field(
        default_factory=list, description="Versions added during the run, the newest 50."
    )
    validation_success_ratio: float | None = Field(
        default=None, description="Valid share of the output records that were checked."
    )
    serialisation_success_ratio: float | None = Field(
        default=None, description="Share of the records made that kept their schema."
    )
    cache_misses: int | None = Field(
        default=None, description="Schemas that had to be asked of the registry, not known already."
    )
