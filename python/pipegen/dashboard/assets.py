"""The files of the page: where they lie and what type they are. Serves nothing that is not part of the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pipegen.config import DashboardSettings
from pipegen.outputs import find_web_folder, modules_of

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_ENTRY: Final = re.compile(r'<script type="module" src="web/(?P<module>[^"]+)">')
_PAGE_ATTRIBUTES: Final = 'data-theme="auto" data-brand-color="#1890ff"'


class Assets:
    """The folder ``web``."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else find_web_folder()

    def read(self, path: str) -> tuple[bytes, str] | None:
        """Content and type of a file of the page; null when it has none of that name."""
        content_type = _TYPES.get(Path(path).suffix)
        try:
            file = (self._folder / path).resolve()
            if content_type is None or not file.is_relative_to(self._folder) or not file.is_file():
                return None
            return file.read_bytes(), content_type
        except (OSError, ValueError, RuntimeError):  # a name that the system refuses
            return None

    def page(self, settings: DashboardSettings, *, logo: bool, name: str = "index.html") -> bytes:
        """A page with theme, accent colour and mode of the settings, all checked by their model."""
        html = (self._folder / name).read_text(encoding="utf-8")
        attributes = f'data-theme="{settings.theme}" data-brand-color="{settings.brand_color}"'
        if logo:
            attributes += ' data-logo="logo"'
        if settings.minimal_mode:
            attributes += " data-minimal"
        html = html.replace(_PAGE_ATTRIBUTES, attributes, 1)
        return _ENTRY.sub(self._with_preloads, html).encode()

    def _with_preloads(self, entry: re.Match[str]) -> str:
        # Otherwise a browser finds each module only when it has read the one that imports it.
        modules = modules_of(self._folder, entry["module"])
        links = "".join(f'<link rel="modulepreload" href="web/{module}" />' for module in reversed(modules))
        return links + entry[0]
