"""Where fetched artifacts and a stack's data live. Creates nothing."""

from __future__ import annotations

import os
from pathlib import Path


def default_cache_dir() -> Path:
    """``PIPEGEN_CACHE_DIR``, else the user's cache folder for PipeGen: shared by all stacks."""
    override = os.environ.get("PIPEGEN_CACHE_DIR")
    if override:
        return Path(override).expanduser().absolute()
    return _base("XDG_CACHE_HOME", ".cache") / "pipegen"


def default_stack_dir() -> Path:
    """``PIPEGEN_STACK_DIR``, else the user's state folder: one folder is one stack."""
    override = os.environ.get("PIPEGEN_STACK_DIR")
    if override:
        return Path(override).expanduser().absolute()
    return _base("XDG_STATE_HOME", ".local/state") / "pipegen" / "stack"


def _base(variable: str, under_home: str) -> Path:
    """An XDG base folder; a relative value is to be ignored, says the XDG specification."""
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else Path.home() / under_home
