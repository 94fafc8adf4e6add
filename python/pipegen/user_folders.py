"""The user's own folders, as the XDG specification says. Creates nothing."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where PipeGen keeps what can be fetched again."""
    return _base("XDG_CACHE_HOME", ".cache") / "pipegen"


def state_folder() -> Path:
    """Where PipeGen keeps what has to be known later, such as what it has started."""
    return _base("XDG_STATE_HOME", ".local/state") / "pipegen"


def _base(variable: str, under_home: str) -> Path:
    """An XDG base folder; a relative value is to be ignored, says the XDG specification."""
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else Path.home() / under_home
