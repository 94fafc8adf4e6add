"""The schema registry: whether and how fast it answers, and the subjects of this pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipegen.errors import ServiceError
from pipegen.observe.collector import Collector
from pipegen.services.registry import RegistryClient


@dataclass(frozen=True, slots=True)
class RegistryReading:
    """What the registry says at one moment; a version is None while there is no such subject."""

    response_ms: float
    input_version: int | None
    output_version: int | None
    compatibility: str | None


class RegistryCollector(Collector[RegistryReading]):
    """Looks up the pipeline's two subjects."""

    name = "registry"

    def __init__(
        self,
        client: RegistryClient,
        *,
        input_subject: str,
        output_subject: str,
        interval_s: float = 5.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, on_failure=on_failure)
        self._client = client
        self._input_subject = input_subject
        self._output_subject = output_subject

    async def measure(self) -> RegistryReading:
        """Four small questions, one after another."""
        response_ms = await self._client.ping_ms()
        incoming = await self._client.latest(self._input_subject)
        outgoing = await self._client.latest(self._output_subject)
        return RegistryReading(
            response_ms=response_ms,
            input_version=incoming.version if incoming else None,
            output_version=outgoing.version if outgoing else None,
            compatibility=await self._client.compatibility(),
        )
