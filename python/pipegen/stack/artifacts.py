"""The locked list of Maven artifacts: exact coordinates, sizes and SHA-256 sums. Fetches nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

ArtifactPart = Literal["kafka", "flink", "sql-gateway", "registry"]


class Artifact(BaseModel):
    """One file of a Maven repository, and what it must contain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: ArtifactPart
    group: str
    name: str
    version: str
    classifier: str
    packaging: str
    size_bytes: int
    sha256: str

    @property
    def file_name(self) -> str:
        """``kafka-clients-4.3.1.jar``."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.name}-{self.version}{classifier}.{self.packaging}"

    @property
    def path(self) -> str:
        """Where every Maven repository keeps it, relative to the repository's root."""
        return f"{self.group.replace('.', '/')}/{self.name}/{self.version}/{self.file_name}"


class Versions(BaseModel):
    """The versions of the services the lock is made for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kafka: str
    flink: str
    registry: str


class Lock(BaseModel):
    """The whole list, remade by ``tools/lock_artifacts.py``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    versions: Versions
    artifacts: tuple[Artifact, ...]

    def of(self, part: ArtifactPart) -> tuple[Artifact, ...]:
        """The artifacts of one part, in the order of the lock."""
        return tuple(artifact for artifact in self.artifacts if artifact.part == part)


@cache
def read_lock() -> Lock:
    """The lock that this version of PipeGen ships."""
    return Lock.model_validate_json(files("pipegen.stack").joinpath("artifacts.lock.json").read_text(encoding="utf-8"))


def shipped_versions() -> Versions:
    """The versions of the services that a local stack runs."""
    return read_lock().versions
