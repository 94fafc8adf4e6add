"""A report as one HTML file that needs nothing else: no server, no network, and for its tables no JavaScript.

Text of others reaches it escaped; its policy lets run only the one script that stands in it. Nothing here measures.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

import pipegen
from pipegen.config import DashboardSettings
from pipegen.outputs.module_bundle import bundle_modules
from pipegen.outputs.report import changelogs, quality, surroundings, tables
from pipegen.outputs.report.data import ReportData
from pipegen.outputs.report.series import FIELDS, Row
from pipegen.outputs.report.spectrum import draw_spectrum
from pipegen.outputs.report.words import summarise
from pipegen.outputs.web_folder import find_web_folder
from pipegen.snapshot import limits
from pipegen.snapshot.health import SEVERITY_HEALTH
from pipegen.units import format_bytes, format_clock, format_count, format_latency_ms, format_rate, format_seconds

MOST_ROWS: Final = 1200
_STYLES: Final = (
    "tokens",
    "frame",
    "header",
    "flow",
    "topology",
    "figures",
    "details",
    "controls",
    "graph",
    "notice",
    "tabs",
)
_ENTRY: Final = "report/main.js"
_FONT: Final = "vendor/inter.woff2"
_FONT_URL: Final = 'url("../vendor/inter.woff2")'
_DRAWING: Final = re.compile(r'^\s{2}(\w+):\s*"([^"]+)",$', re.MULTILINE)
_NAME_TIME: Final = "%Y-%m-%d-%H-%M-%S"


@dataclass(frozen=True, slots=True)
class Look:
    """Theme and branding.

    Attributes:
        settings: The settings of the dashboard.
        logo: Content and type of the customer's logo; null without one.
    """

    settings: DashboardSettings = field(default_factory=DashboardSettings)
    logo: tuple[bytes, str] | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report and the policy that a server has to send with it."""

    html: bytes
    policy: str


def report_name(at: datetime, suffix: str = "html") -> str:
    """The name of a report's file: ``execution-report-2025-08-26-14-30-15.html``."""
    return f"execution-report-{at.strftime(_NAME_TIME)}.{suffix}"


def render_report(data: ReportData, look: Look, *, made_at: datetime, web: Path | None = None) -> Rendered:
    """The file.

    Args:
        data: The run.
        look: Theme and branding.
        made_at: When the report is made.
        web: The folder of the page's files; found by itself by default.
    """
    folder = web if web is not None else find_web_folder()
    script, style = _script(folder), _style(folder, look.settings.brand_color)
    policy = (
        f"default-src 'none'; script-src {_hash_of(script)} blob:; style-src {_hash_of(style)}; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    snapshot = data.snapshot
    html = (
        _environment()
        .get_template("report.html")
        .render(
            data=data,
            snapshot=snapshot,
            manifest=data.manifest,
            summary=summarise(data),
            settings=look.settings,
            logo=_data_url(*look.logo) if look.logo is not None else None,
            policy=policy,
            style=style,
            script=script,
            content=_content(data),
            made_at=made_at.strftime("%Y-%m-%d %H:%M:%S %Z").strip(),
            icons=_icons(folder),
            parts=surroundings.parts(snapshot) if snapshot is not None else [],
            spectrum=draw_spectrum(data.stages),
            tables=tables,
            changelogs=changelogs,
            quality=quality,
            limits=limits,
            severity_health=SEVERITY_HEALTH,
            surroundings=surroundings,
            version=pipegen.__version__,
        )
    )
    return Rendered(html.encode("utf-8", "replace"), f"{policy}; frame-ancestors 'none'")


def _content(data: ReportData) -> str:
    """The figures for the charts, as JSON that may stand in a script element."""
    if data.snapshot is None:
        return "null"
    rows = [_short(row) for row in data.series.thinned(MOST_ROWS).rows]
    history = {"run_id": data.snapshot.run.id, "fields": ["timestamp_ms", *FIELDS], "rows": rows}
    past = json.dumps(history, separators=(",", ":"), allow_nan=False)
    return f'{{"snapshot":{data.snapshot.model_dump_json()},"history":{past}}}'.replace("<", "\\u003c")


def _short(row: Row) -> list[float | int | None]:
    """A row without digits that nothing could show."""
    at_ms, *figures = row
    return [round(at_ms or 0), *(_shorter(value) for value in figures)]


def _shorter(value: float | None) -> float | int | None:
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


@cache
def _script(folder: Path) -> str:
    return bundle_modules(folder, _ENTRY)


def _style(folder: Path, brand_color: str) -> str:
    sheets = [
        *(folder / "css" / f"{name}.css" for name in _STYLES),
        *(folder / "report" / f"{name}.css" for name in ("report", "spectrum", "print")),
    ]
    font = _data_url((folder / _FONT).read_bytes(), "font/woff2")
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets).replace(_FONT_URL, f'url("{font}")')
    # For readers without JavaScript; with it, the theme finds shades that can be read on both surfaces.
    return f"{style}\n:root {{ --accent: {brand_color}; }}\n"


@cache
def _icons(folder: Path) -> Mapping[str, str]:
    """The page's own drawings by name."""
    return dict(_DRAWING.findall((folder / "view" / "icons.js").read_text(encoding="utf-8").replace(":\n   ", ":")))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipegen.outputs.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=format_clock,
        count=format_count,
        latency=format_latency_ms,
        rate=format_rate,
        seconds=format_seconds,
        size=format_bytes,
        day=_day,
    )
    return environment


def _day(timestamp: str) -> str:
    """An ISO time as people write it, in UTC."""
    try:
        return datetime.fromisoformat(timestamp).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return timestamp


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data_url(content: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"
