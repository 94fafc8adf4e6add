"""The manifest of a recording: what was run, with what, and where. A model only; it holds no secret and no figure."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipegen.regular_file import read_regular
from pipegen.replay.layout import MANIFEST_FILE, VERSION, RecordingError

MOST_BYTES: Final = 20_000_000
"""Of a manifest, with all schemas and SQL of a project, and of a summary."""


class _Part(BaseModel):
    # A newer version may say more; what it says is then left out, not refused.
    model_config = ConfigDict(extra="ignore", frozen=True)


class SettingRow(_Part):
    """One setting in force."""

    key: str = Field(description="Dotted key.")
    value: str = Field(description="Its value as text, secrets removed.")
    source: str = Field(description="Where it came from.")


class SourceFile(_Part):
    """A file of the project, as it was."""

    path: str = Field(description="Path in the project.")
    text: str = Field(description="Its text, secrets removed.")


class ServiceFact(_Part):
    """A service of the run."""

    name: str = Field(description="Kafka, Flink …")
    version: str | None = Field(description="Its version; null when it does not tell.")
    address: str | None = Field(default=None, description="Its address without credentials.")
    reason: str | None = Field(default=None, description="Why the version is not known.")


class Machine(_Part):
    """Where PipeGen ran."""

    system: str = Field(description="Operating system and kernel.")
    processor: str | None = Field(description="Model of the processor; null when not told.")
    cores: int | None = Field(description="Logical cores.")
    memory_bytes: int | None = Field(description="Memory.")
    python: str = Field(description="Python that PipeGen ran in.")


class Manifest(_Part):
    """What a recording is of."""

    format: Literal["pipegen-recording"] = Field(default="pipegen-recording", description="Says what this is.")
    version: int = Field(default=VERSION, description="Version of the layout.")
    snapshot_version: int = Field(description="Version of the contract that the snapshots keep.")
    run_id: str = Field(description="Id of the run.")
    pipeline: str = Field(description="Name of the pipeline.")
    started_at: str = Field(description="When PipeGen was started (ISO 8601, UTC).")
    pipegen_version: str = Field(description="Version of PipeGen.")
    command: list[str] = Field(description="The command line, secrets removed.")
    shape: str | None = Field(default=None, description="Shape of the pipeline.")
    shape_reason: str | None = Field(default=None, description="Why.")
    latency_reason: str | None = Field(default=None, description="How end-to-end latency is measured, or why not.")
    settings: list[SettingRow] = Field(default_factory=list, description="Every setting.")
    schemas: list[SourceFile] = Field(default_factory=list, description="Avro schemas of the project.")
    sql: list[SourceFile] = Field(default_factory=list, description="SQL files of the project.")
    services: list[ServiceFact] = Field(default_factory=list, description="The services, once they were found.")
    machine: Machine


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a recording.

    Raises:
        RecordingError: when there is none, or it is of another kind or a later version.
    """
    try:
        text = read_regular(folder / MANIFEST_FILE, most_bytes=MOST_BYTES)
    except OSError as error:
        raise RecordingError(
            f"{folder} is not a recording: {MANIFEST_FILE} cannot be read: {error.strerror}",
            remedy="Name the folder of a run; `pipegen runs` lists them.",
        ) from None
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        raise RecordingError(
            f"{folder / MANIFEST_FILE} is not the manifest of a recording",
            remedy="Name the folder of a run; `pipegen runs` lists them.",
        ) from None
    if manifest.version > VERSION:
        raise RecordingError(
            f"{folder} was recorded by PipeGen {manifest.pipegen_version} in a layout that this version cannot read",
            remedy="Use that version of PipeGen, or a later one.",
        )
    return manifest
