"""The figures of a report for programs and pull requests: JSON, CSV, a short Markdown. The figures of the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final, Literal

from pipegen.moment import iso_at
from pipegen.outputs.report import changelogs, tables
from pipegen.outputs.report.cells import Cell, Table
from pipegen.outputs.report.data import ReportData
from pipegen.outputs.report.series import FIELDS
from pipegen.outputs.report.words import summarise
from pipegen.snapshot.percentiles import percentile_ms

Format = Literal["html", "json", "csv", "md"]
_MARKS: Final = {"ok": "✅", "error": "❌", "warning": "⚠️"}
_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>|#!~"})


def as_json(data: ReportData) -> str:
    """Everything as one JSON document."""
    summary = summarise(data)
    phases = [
        {
            "name": facts.plan.name,
            "start_s": facts.plan.start_s,
            "end_s": facts.plan.end_s,
            "delivered": facts.sent,
            "rate_per_s": facts.rate_per_s,
            "planned_per_s": facts.planned_per_s,
            "p50_ms": percentile_ms(facts.latency, 50),
            "p95_ms": percentile_ms(facts.latency, 95),
            "p99_ms": percentile_ms(facts.latency, 99),
            "largest_lag": facts.lag,
            "largest_lag_s": facts.lag_s,
            "recovery_s": facts.recovery_s,
        }
        for facts in data.phases
    ]
    latency = {
        stage: {
            "count": histogram.count,
            "percentiles_ms": {f"{at:g}": percentile_ms(histogram, at) for at in tables.SPECTRUM},
            "hdr": histogram.to_hdr_base64(),
        }
        for stage, histogram in data.stages.items()
    }
    content: dict[str, Any] = {
        "summary": {
            "word": summary.word,
            "sentence": summary.sentence,
            "paragraph": summary.paragraph,
            "ending": data.ending.kind,
            "failure": data.ending.failure,
            "validity": summary.validity,
        },
        "manifest": data.manifest.model_dump(mode="json") if data.manifest is not None else None,
        "snapshot": json.loads(data.snapshot.model_dump_json()) if data.snapshot is not None else None,
        "phases": phases,
        "latency": latency,
        "notes": list(data.notes),
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(data: ReportData) -> str:
    """The figures over time, a row a snapshot, those of each input and output last; an empty cell is not known."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["timestamp", *FIELDS, *data.series.part_fields])
    for at_ms, *figures in data.series.rows:
        known = ["" if value is None else value for value in (*figures, *data.series.of_parts(at_ms))]
        writer.writerow([iso_at((at_ms or 0) / 1000), *known])
    return file.getvalue()


def as_markdown(data: ReportData) -> str:
    """A short text for a pull request."""
    summary = summarise(data)
    mark = _MARKS.get(summary.health, "ℹ️")
    parts = [
        f"### {mark} {summary.word}: {_safe(data.pipeline)}",
        _safe(summary.sentence),
        _safe(summary.paragraph),
        *(f"- {_safe(reason)}" for reason in summary.reasons),
        f"_{_safe(summary.validity)}_",
        *(f"> {_safe(note)}" for note in data.notes),
    ]
    shown = (
        tables.thresholds(data.snapshot),
        tables.inputs(data.snapshot),
        tables.outputs(data.snapshot),
        tables.paths(data.snapshot),
        changelogs.changelogs(data.snapshot),
        tables.phases(data),
        tables.stages(data),
    )
    parts += [f"#### {table.title}\n\n{_markdown_table(table)}" for table in shown if table.rows]
    if data.snapshot is not None and data.snapshot.errors:
        errors = [f"- {error.count} × {_safe(error.message)}" for error in data.snapshot.errors[:10]]
        parts.append("#### Errors\n\n" + "\n".join(errors))
    return "\n\n".join(parts) + "\n"


def _markdown_table(table: Table) -> str:
    lines = [
        _row([column.title for column in table.columns]),
        _row(["---:" if column.numeric else "---" for column in table.columns]),
    ]
    return "\n".join([*lines, *(_row([_shown(cell) for cell in row]) for row in table.rows)])


def _row(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _shown(cell: Cell) -> str:
    mark = _MARKS.get(cell.health or "", "")
    return f"{mark} {_safe(cell.text)}".strip()


def _safe(text: str) -> str:
    """Text of others as text: no markup, no line of its own."""
    return " ".join(text.split()).translate(_SPECIAL)
