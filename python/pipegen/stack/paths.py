"""Where fetched artifacts and a stack's data live. Creates nothing."""

from __future__ import annotations

import os
from pathlib import Path

from pipegen.user_folders import cache_folder, state_folder


def default_cache_dir() -> Path:
    """``PIPEGEN_CACHE_DIR``, else the user's cache folder for PipeGen: shared by all stacks."""
    override = os.environ.get("PIPEGEN_CACHE_DIR")
    return Path(override).expanduser().absolute() if override else cache_folder()


def default_stack_dir() -> Path:
    """``PIPEGEN_STACK_DIR``, else the user's state folder: one folder is one stack."""
    override = os.environ.get("PIPEGEN_STACK_DIR")
    return Path(override).expanduser().absolute() if override else state_folder() / "stack"
