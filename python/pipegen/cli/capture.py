"""Keeps records of topics in a file, as the command line asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.capture import Captured, CaptureRequest, Wanted, capture_topics, read_offsets
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.sentences import print_warning
from pipegen.cli.terminal import Terminal
from pipegen.config import ResolvedSettings
from pipegen.errors import SettingsError
from pipegen.interrupts import run_interruptible
from pipegen.moment import iso_at
from pipegen.run.connect import running_stack
from pipegen.services.http_access import http_access
from pipegen.services.kafka_access import kafka_access
from pipegen.services.registry import RegistryClient
from pipegen.units import format_count, parse_duration_ns

# A log keeps every line: print only some.
_LINE_EVERY_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """What was given on the command line."""

    topics: Sequence[str]
    output: Path
    last: str | None
    offsets: str | None
    count: int | None
    raw: bool
    mask: Sequence[str]
    mask_key: bool
    mask_seed: str | None


def capture_records(project: ProjectOptions, flags: Mapping[str, object], given: CaptureOptions) -> None:
    """Captures, and prints what was written."""
    resolved = project_settings(project, flags)
    request = CaptureRequest(
        topics=tuple(dict.fromkeys(given.topics)),
        wanted=_wanted(given),
        output=given.output,
        raw=given.raw,
        mask=frozenset(name.strip() for each in given.mask for name in each.split(",") if name.strip()),
        mask_key=given.mask_key,
        mask_seed=given.mask_seed or str(resolved.settings.pipeline.seed),
    )
    if given.mask and not request.mask:
        raise SettingsError("--mask: no field is named", remedy="Write it like --mask email,name.")
    console = Terminal(stderr=True)

    told_s = time.monotonic()

    def tell(text: str) -> None:
        nonlocal told_s
        if console.is_terminal:
            console.print(text, end="\r", soft_wrap=True)
        elif time.monotonic() - told_s >= _LINE_EVERY_S:
            told_s = time.monotonic()
            console.print(text, soft_wrap=True)

    if (request.mask or request.mask_key) and given.mask_seed is None:
        print_warning("the mask uses the project's seed, which is not secret: set your own in PIPEGEN_MASK_SEED")
    captured = run_interruptible(_capture(request, resolved, tell))
    Terminal().print(_written(request, captured), soft_wrap=True)


async def _capture(request: CaptureRequest, resolved: ResolvedSettings, tell: Callable[[str], None]) -> Captured:
    settings = resolved.settings
    here = running_stack(resolved.sources)
    access = kafka_access(here.bootstrap_servers if here else settings.bootstrap_servers, settings.kafka.security)
    registry = RegistryClient(
        here.schema_registry_url if here else settings.schema_registry_url,
        access=http_access(settings.schema_registry.security, section="schema_registry", proxy=settings.proxy),
    )
    try:
        return await capture_topics(request, access, registry, tell=tell)
    finally:
        await registry.close()


def _wanted(given: CaptureOptions) -> Wanted:
    """Which records.

    Raises:
        SettingsError: no range was given, or one that is none.
    """
    if given.last is None and given.offsets is None and given.count is None:
        raise SettingsError(
            "how much to capture is not said", remedy="Give --last 10m, --count 1000, or --offsets 0.. for everything."
        )
    last_ms = None
    if given.last is not None:
        try:
            last_ms = parse_duration_ns(given.last) // 1_000_000
        except ValueError as error:
            raise SettingsError(f"--last: {error}") from None
    start, end = read_offsets(given.offsets) if given.offsets is not None else (None, None)
    return Wanted(last_ms=last_ms, start=start, end=end, count=given.count)


def _written(request: CaptureRequest, captured: Captured) -> str:
    counts = ", ".join(f"{format_count(count)} of {topic}" for topic, count in captured.records.items())
    times = ""
    if captured.first_ms is not None and captured.last_ms is not None:
        times = f", {iso_at(captured.first_ms / 1e3)} … {iso_at(captured.last_ms / 1e3)}"
    return f"wrote {request.output}: {counts}{times}"
