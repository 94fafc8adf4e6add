"""Where a setting came from, for the beginning of an error message."""

from __future__ import annotations

import re
from collections.abc import Mapping


def source_of(sources: Mapping[str, str], key: str) -> str:
    """File and line, flag or variable of a setting.

    Args:
        sources: Where each setting came from.
        key: The setting, or a part of it such as ``traffic[0].window``. Where the part has no place of its own, that of
            the nearest whole that holds it counts; for a section, that of any of its settings.

    Returns:
        The place; ``settings`` where nobody set it.
    """
    whole = key
    while whole:
        if whole in sources:
            return sources[whole]
        whole = re.sub(r"(^|\.)[^.\[\]]*$|\[[^\[\]]*\]$", "", whole)
    return next((source for name, source in sources.items() if name.startswith(f"{key}.")), "settings")
