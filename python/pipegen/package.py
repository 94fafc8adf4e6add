"""The package as an installer knows it: its name on PyPI, its version, how to add an extra.

On PyPI the name ``pipegen`` belongs to another project, so no text of ours may tell anybody to install that.
"""

from __future__ import annotations

from importlib.metadata import version as _version_of
from typing import Literal

NAME = "pipegen-flink"
"""What `pip install` takes; the import, the command and the repository are called ``pipegen``."""

Extra = Literal["local", "otel"]


def version() -> str:
    """The installed version."""
    return _version_of(NAME)


def install_command(extra: Extra) -> str:
    """The command that adds an extra, quoted for a shell."""
    return f"pip install '{NAME}[{extra}]'"
