"""The librdkafka that confluent_kafka has loaded into this process, and what a client of it is configured with.

Opens and calls nothing: it says where the library is, and whether a configuration can do without Python.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipegen.services.kafka import PROPERTIES_OF_PYTHON
from pipegen.services.process_maps import mapped_files


class NoLibraryError(Exception):
    """The loaded librdkafka cannot be found, or the configuration needs Python; the text says which."""


@dataclass(frozen=True, slots=True)
class NativeClient:
    """What a client outside of Python needs.

    Attributes:
        library: Path of the loaded librdkafka.
        properties: librdkafka properties as text; may hold secrets, so they are never printed.
    """

    library: str
    properties: tuple[tuple[str, str], ...] = field(repr=False)


def native_client(config: Mapping[str, Any]) -> NativeClient:
    """The same client as Python would make of a configuration.

    Raises:
        NoLibraryError: when there can be none.
    """
    return NativeClient(
        _loaded_library(),
        tuple(_as_text(name, value) for name, value in config.items() if name not in PROPERTIES_OF_PYTHON),
    )


def _as_text(name: str, value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return name, "true" if value else "false"
    if isinstance(value, str | int | float):
        return name, str(value)
    raise NoLibraryError(f"the property {name} needs Python")


def _loaded_library() -> str:
    mapped = mapped_files()
    if mapped is None:
        return _shipped_library()
    found = next((path for path in mapped if "librdkafka" in path.name), None)
    if found is None:
        raise NoLibraryError("confluent_kafka has its librdkafka built in, where no other code can use it")
    return str(found)


def _shipped_library() -> str:
    """The library in confluent_kafka's wheel for macOS, which it loads when it is imported."""
    spec = find_spec("confluent_kafka")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    found = sorted(folder.glob(".dylibs/librdkafka*.dylib")) if folder is not None else []
    if not found:
        raise NoLibraryError(f"confluent_kafka's librdkafka is not known on {sys.platform}")
    return str(found[0])
