"""Small pages made on the server, built as a tree so that no text of others can become markup. No figures live here."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from pipegen.config import DashboardSettings

_STYLES: Final = ("tokens", "frame", "server")


def make(tag: str, text: str = "", /, *children: ET.Element, **attributes: str) -> ET.Element:
    """An element; ``class_`` stands for ``class`` and ``_`` in names for ``-``."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = ET.Element(tag, named)
    element.text = printable(text)
    element.extend(children)
    return element


def document(title: str, settings: DashboardSettings, *body: ET.Element) -> bytes:
    """A whole page in the dashboard's own look."""
    head = make(
        "head",
        "",
        make("meta", charset="utf-8"),
        make("meta", name="viewport", content="width=device-width, initial-scale=1"),
        make("title", title),
        make("link", rel="icon", href="web/icon.svg", type="image/svg+xml"),
        *(make("link", rel="stylesheet", href=f"web/css/{name}.css") for name in _STYLES),
        # The visitor's own theme, before the first paint.
        make("script", src="web/live/first.js"),
    )
    html = make("html", "", head, make("body", "", *body), lang="en", data_theme=settings.theme)
    text: bytes = ET.tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + text + b"\n"


def note_page(title: str, sentences: list[str], settings: DashboardSettings) -> bytes:
    """A page that says one thing and leads back to the dashboard."""
    back = make("p", "", make("a", "To the live dashboard", href="/"))
    main = make("main", "", make("h1", title), *(make("p", text) for text in sentences), back, class_="note")
    return document(f"{title} · PipeGen", settings, main)


def printable(text: str) -> str:
    """Text without control characters: they mean something to terminals and are not allowed in XML."""
    return "".join(letter if letter.isprintable() or letter == "\n" else _replacement(letter) for letter in text)


def _replacement(letter: str) -> str:
    return " " if letter.isspace() else "?"
