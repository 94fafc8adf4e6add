"""The page's modules as one script for a file that works without a server. Reads ``web/``; writes nothing.

Modules that import each other cannot resolve inside one file, and a page opened from ``file://`` may not load them from
beside it. So the script carries their sources, leaf first, turns each into a blob URL in the browser, puts the URLs of
those before it where its imports are, and imports the last one. That needs imports without a cycle. A page with a
Content-Security-Policy has to allow ``blob:`` and this script itself as sources of scripts.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import Final

from pipegen.errors import PipeGenError

_IMPORT: Final = re.compile(
    r"""^(?P<head>(?:import|export)\b[^;"']*?(?:\bfrom\s*)?)(?P<quote>["'])(?P<path>\.{1,2}/[^"'\n]+)(?P=quote)""",
    re.MULTILINE,
)
_LOADER: Final = """\
(function (modules) {{
  "use strict";
  var urls = [];
  modules.forEach(function (module) {{
    var source = module.map(function (part) {{
      return typeof part === "number" ? JSON.stringify(urls[part]) : part;
    }});
    urls.push(URL.createObjectURL(new Blob(source, {{ type: "text/javascript" }})));
  }});
  var script = document.createElement("script");
  script.type = "module";
  script.src = urls[urls.length - 1];
  document.head.appendChild(script);
}})({modules});
"""

Part = str | int


def bundle_modules(web: Path, entry: str) -> str:
    """One classic script that runs an entry module and all that it imports.

    It may stand between ``<script>`` and ``</script>`` as it is. The entry runs after the document has been parsed, as
    a module does.

    Args:
        web: The folder of the page's files; see :func:`pipegen.outputs.find_web_folder`.
        entry: The module to run, relative to ``web``, like ``live/main.js``.

    Raises:
        PipeGenError: when a module is missing or imports form a cycle.
    """
    order = _in_order(web, entry)
    # No "<" is left that could end the element or begin a comment in it; outside ASCII nothing depends on an encoding.
    modules = json.dumps(list(order.values()), separators=(",", ":")).replace("<", "\\u003c")
    return _LOADER.format(modules=modules)


def modules_of(web: Path, entry: str) -> list[str]:
    """A module and all that it imports, leaf first, as paths relative to ``web``.

    Raises:
        PipeGenError: when a module is missing or imports form a cycle.
    """
    return list(_in_order(web, entry))


def _in_order(web: Path, entry: str) -> dict[str, list[Part]]:
    order: dict[str, list[Part]] = {}
    _add(web, entry, order, ())
    return order


def _add(web: Path, module: str, order: dict[str, list[Part]], trail: tuple[str, ...]) -> int:
    """Puts a module after those it imports; its place in the order."""
    if module in trail:
        raise PipeGenError(f"modules of the page import each other in a circle: {' → '.join((*trail, module))}")
    if module not in order:
        parts = _split(_read(web, module), module)
        whole = [_add(web, part.path, order, (*trail, module)) if isinstance(part, _Import) else part for part in parts]
        order[module] = whole
    return list(order).index(module)


class _Import:
    def __init__(self, path: str) -> None:
        self.path: Final = path


def _split(source: str, module: str) -> list[str | _Import]:
    """The source cut at the paths of its imports; the paths are relative to ``web``."""
    parts: list[str | _Import] = []
    end = 0
    for match in _IMPORT.finditer(source):
        parts += [source[end : match.end("head")], _Import(_resolve(module, match["path"]))]
        end = match.end()
    return [*parts, source[end:]]


def _resolve(module: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), path))


def _read(web: Path, module: str) -> str:
    try:
        return (web / module).read_text(encoding="utf-8")
    except OSError as error:
        raise PipeGenError(
            f"the page's module {module} cannot be read from {web}: {error.strerror}",
            remedy="Install pipegen again, or build its wheel with `make wheel`.",
        ) from error
