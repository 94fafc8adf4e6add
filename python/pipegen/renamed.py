"""Settings that had another name once: the old names still work, each with a warning that says the new one.

The only list of them, for files, the environment and the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_SECTIONS: Final[Mapping[str, str]] = {"replay": "feed"}
"""Old section → the one that has its keys now."""
_VALUES: Final[Mapping[tuple[str, str], str]] = {("feed.mode", "replay"): "kafka"}
"""Setting and an old value of it → the value that means the same now."""
_OPTIONS: Final[Mapping[str, str]] = {
    "replay-speed": "feed-speed",
    "replay-loop": "feed-loop",
    "no-replay-loop": "no-feed-loop",
}
"""Option of old → option, both without dashes in front."""


def renamed_keys(known: Iterable[str]) -> dict[str, str]:
    """Old key → key, for every setting that had another one."""
    now_sections = {now: old for old, now in _SECTIONS.items()}
    parted = ((key, *key.partition(".")[::2]) for key in known)
    return {f"{now_sections[section]}.{leaf}": key for key, section, leaf in parted if section in now_sections}


def current_value(key: str, value: object) -> object:
    """The value that means the same now; most are as they were."""
    return _VALUES.get((key, value), value) if isinstance(value, str) else value


def current_option(name: str) -> str:
    """The option's name now, without dashes in front; most are as they were."""
    return _OPTIONS.get(name, name)


def current_choice(word: str) -> str:
    """The value of an option that takes one of several, as it is called now."""
    return next((now for (_, old), now in _VALUES.items() if old == word), word)


def renamed_warning(old: str, now: str) -> str:
    """One sentence that says the new name."""
    return f"{old} is now called {now}; the old name will stop working in a later version"
