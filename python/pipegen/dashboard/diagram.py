"""The pipeline as a drawing: what is connected to what, in which state, as of the newest snapshot.

One description (:func:`parts_of`), two renderings: plain ASCII for terminals, SVG for browsers. Measures nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from pipegen.config import DashboardSettings
from pipegen.dashboard.markup import document, make, printable
from pipegen.snapshot import InputState, OutputState, Section, Snapshot, Status
from pipegen.snapshot.health import STATUS_HEALTH
from pipegen.units import format_count, format_rate

_WIDTH: Final = 68
_BOX: Final = 206
_GAP: Final = 46
_LINE: Final = 19
_MOST_ENDS: Final = 8
"""Inputs or outputs that are named in their box; the page draws all of them, with the operators between."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the pipeline, as words."""

    title: str
    status: Status
    rate: str
    lines: tuple[str, ...]


def parts_of(snapshot: Snapshot) -> list[Part]:
    """Producer, input topic, job, output topic, consumer, registry: in the order in which records meet them."""
    producer, kafka, flink = snapshot.producer, snapshot.kafka, snapshot.flink
    output, consumer, registry = snapshot.output, snapshot.consumer, snapshot.registry
    vertices = [f"{vertex.name} x{vertex.parallelism}: {vertex.state.lower()}" for vertex in flink.vertices]
    subjects = (
        (registry.input_subject, registry.input_version),
        (registry.output_subject, registry.output_version),
    )
    return [
        _part("Producer", producer, producer.rate, f"{_count(producer.total)} delivered", f"{producer.errors} failed"),
        _part(
            "Kafka",
            kafka,
            kafka.rate,
            *_topics(snapshot.inputs, kafka.input_topic, kafka.input_total),
            f"brokers: {_count(kafka.brokers)}",
        ),
        _part("Flink", flink, flink.rate, f"job {flink.job_name or '-'}", flink.job_state or "no job", *vertices),
        _part("Output", output, output.rate, *_topics(snapshot.outputs, output.topic, output.total)),
        _part("Consumer", consumer, consumer.rate, f"{_count(consumer.total)} consumed", f"lag {_count(consumer.lag)}"),
        _part(
            "Schema registry",
            registry,
            None,
            *(f"{name} v{version or '-'}" for name, version in subjects if name is not None),
        ),
    ]


def _topics(ends: Sequence[InputState | OutputState], topic: str | None, total: int | None) -> list[str]:
    """The topic of the only input or output and its records; of several those of each, named as the SQL does."""
    if len(ends) < 2:
        return [f"topic {topic or '-'}", f"{_count(total)} records"]
    shown = [f"{end.name}: {_count(end.total)} records" for end in ends[:_MOST_ENDS]]
    more = len(ends) - len(shown)
    return [*shown, f"and {more} more"] if more else shown


def diagram_text(snapshot: Snapshot | None) -> str:
    """The drawing in plain ASCII, for terminals."""
    if snapshot is None:
        return "No snapshot yet: the run is still starting.\n"
    *chain, registry = parts_of(snapshot)
    lines = [_caption(snapshot), ""]
    for at, part in enumerate(chain):
        if at:
            lines += ["        |".ljust(12) + chain[at - 1 if at < 3 else at].rate, "        v"]
        lines += _ascii_box(part)
    lines += ["", *_ascii_box(registry)]
    return printable("\n".join(lines)) + "\n"


def diagram_page(snapshot: Snapshot | None, settings: DashboardSettings) -> bytes:
    """The drawing as a page with SVG, as of the moment it was asked for."""
    if snapshot is None:
        return document("Pipeline diagram", settings, make("main", "The run is still starting.", class_="note"))
    *chain, registry = parts_of(snapshot)
    tall = max(len(part.lines) for part in chain) * _LINE + 84
    svg = make(
        "svg",
        "",
        viewBox=f"0 0 {len(chain) * _BOX + (len(chain) - 1) * _GAP + 4} {tall + len(registry.lines) * _LINE + 128}",
        role="img",
        aria_label=diagram_text(snapshot),
        class_="diagram",
    )
    for at, part in enumerate(chain):
        left = 2 + at * (_BOX + _GAP)
        if at:
            svg.append(_arrow(left - _GAP, tall / 2))
        svg.append(_box(part, left, 2, _BOX, tall))
    middle = 2 + _BOX + _GAP
    wide = 3 * _BOX + 2 * _GAP
    for x in (middle + _BOX / 2, middle + wide - _BOX / 2):
        svg.append(make("path", d=f"M{x:g} {tall + 2:g}V{tall + 40:g}", class_="diagram-link"))
    svg.append(_box(registry, middle, tall + 40, wide, len(registry.lines) * _LINE + 84))
    main = make("main", "", make("h1", snapshot.run.pipeline), make("p", _caption(snapshot)), svg, class_="drawing")
    links = make(
        "p",
        "",
        make("a", "Live dashboard", href="/"),
        make("a", "As of now", href="diagram"),
        make("a", "As text", href="diagram?format=text"),
    )
    main.append(links)
    return document(f"Diagram · {snapshot.run.pipeline} · PipeGen", settings, main)


def _part(title: str, section: Section, rate: float | None, *lines: str) -> Part:
    if section.status_reason:
        lines = (*lines, section.status_reason)
    return Part(title, section.status, "" if rate is None else format_rate(rate), lines)


def _count(value: int | None) -> str:
    return "-" if value is None else format_count(value)


def _caption(snapshot: Snapshot) -> str:
    run = snapshot.run
    return f"{run.pipeline}, run {run.id}: {run.phase}, as of {snapshot.timestamp}"


def _ascii_box(part: Part) -> list[str]:
    inner = _WIDTH - 4
    edge = "+" + "-" * (_WIDTH - 2) + "+"
    head = f"{part.title} [{part.status}]"
    lines = [head + part.rate.rjust(inner - len(head)), *part.lines]
    return [edge, *(f"| {_short(line, inner).ljust(inner)} |" for line in lines), edge]


def _short(text: str, length: int) -> str:
    flat = " ".join(printable(text).split())
    return flat if len(flat) <= length else flat[: length - 3] + "..."


def _box(part: Part, left: float, top: float, width: float, height: float) -> ET.Element:
    group = make("g", data_health=STATUS_HEALTH[part.status], class_="diagram-part")
    group.append(make("rect", x=f"{left:g}", y=f"{top:g}", width=f"{width:g}", height=f"{height:g}", rx="12"))
    letters = int((width - 28) / 7)
    group.append(_words(part.title, left + 14, top + 27, "diagram-title"))
    group.append(_words(part.status, left + 14, top + 47, "diagram-state"))
    group.append(_words(part.rate, left + 14, top + 70, "diagram-rate"))
    for at, line in enumerate(part.lines):
        text = _words(_short(line, letters), left + 14, top + 91 + at * _LINE - (0 if part.rate else 21), "")
        text.append(make("title", line))
        group.append(text)
    return group


def _words(text: str, x: float, y: float, kind: str) -> ET.Element:
    return make("text", text, x=f"{x:g}", y=f"{y:g}", class_=kind or "diagram-line")


def _arrow(left: float, y: float) -> ET.Element:
    end = left + _GAP - 6
    head = f"M{end - 9:g} {y - 6:g}L{end:g} {y:g}L{end - 9:g} {y + 6:g}"
    return make("path", d=f"M{left + 6:g} {y:g}H{end - 2:g}{head}", class_="diagram-arrow")
