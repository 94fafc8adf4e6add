"""Journals as others read them: which runs live, what they use, and what runs that are gone have left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pipegen.journal.layout import LOCK_SUFFIX, SUFFIX, RunHead, journal_folder
from pipegen.journal.resource import KINDS, Kind, Resource
from pipegen.lock import hold, hold_if_free
from pipegen.urls import servers

_REGISTER_LOCK: Final = "register.lock"
_HEAD_FIELDS: Final = ("run_id", "pid", "started_at", "project_dir", "keep")


@dataclass(frozen=True, slots=True)
class Journaled:
    """The journal of a run of this or another process.

    Attributes:
        path: The file.
        head: The run.
        services: Where its services are, by setting; empty before they are found.
        made: What it has made, or was about to make, oldest first.
        used: What it uses and has not made.
        unread: Lines that this version does not understand.
    """

    path: Path
    head: RunHead
    services: Mapping[str, str] = field(default_factory=dict)
    made: tuple[Resource, ...] = ()
    used: frozenset[tuple[Kind, str]] = frozenset()
    unread: int = 0

    def reaches(self, address: str, others: str | None) -> bool:
        """Whether its service at a setting, such as ``flink_url``, is one of those that another address names."""
        own = self.services.get(address)
        return own is not None and others is not None and not servers(own).isdisjoint(servers(others))

    def holds(self, resource: Resource) -> bool:
        """Whether it uses this, or has made it."""
        return resource.key in self.used or any(made.key == resource.key for made in self.made)

    def claim(self) -> AbstractContextManager[object] | None:
        """What keeps others from working on it; None while its run lives, or somebody else works on it."""
        try:
            return hold_if_free(self.path.with_suffix(LOCK_SUFFIX))
        except OSError:
            return None

    def remove(self) -> None:
        """Deletes it; for whoever has claimed it."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(LOCK_SUFFIX).unlink(missing_ok=True)


@contextmanager
def register(folder: Path | None = None) -> Iterator[None]:
    """Within the block nobody else begins to use a stack, or stops one because nobody uses it."""
    try:
        held: AbstractContextManager[object] = hold((folder or journal_folder()) / _REGISTER_LOCK)
    except OSError:
        held = nullcontext()  # without the folder there is no journal, and nobody to wait for
    with held:
        yield


def journals(folder: Path | None = None) -> list[Journaled]:
    """Every journal, of runs that live and of runs that are gone."""
    return [found for path in sorted((folder or journal_folder()).glob(f"*{SUFFIX}")) if (found := read(path))]


def living(*, besides: str | None = None, folder: Path | None = None) -> list[Journaled]:
    """The journals of runs that live.

    Args:
        besides: A run that does not count: the one that asks.
        folder: Where journals are. Default: the user's.
    """
    found: list[Journaled] = []
    for journaled in journals(folder):
        if journaled.head.run_id == besides:
            continue
        claimed = journaled.claim()
        if claimed is None:
            found.append(journaled)
        else:
            claimed.__exit__(None, None, None)
    return found


def read(path: Path) -> Journaled | None:
    """A journal; a last line that is not whole was never acted on. None once the file is gone."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    head = RunHead(path.stem, 0, "", "")
    services: Mapping[str, str] = {}
    made: dict[tuple[Kind, str], Resource] = {}
    used: set[tuple[Kind, str]] = set()
    unread = 0
    for line in lines[:-1]:
        try:
            ((word, content),) = json.loads(line).items()
            if word == "run":
                head = RunHead(**{name: content[name] for name in _HEAD_FIELDS})
            elif word == "services":
                services = {str(name): str(address) for name, address in content.items()}
            else:
                _take(word, content, made, used)
        except (ValueError, TypeError, KeyError, AttributeError):
            unread += 1
    return Journaled(path, head, services, tuple(made.values()), frozenset(used), unread)


def _take(
    word: str, content: Mapping[str, Any], made: dict[tuple[Kind, str], Resource], used: set[tuple[Kind, str]]
) -> None:
    kind, name = content["kind"], str(content["name"])
    if kind not in KINDS:
        raise ValueError(kind)
    key: tuple[Kind, str] = (kind, name)
    if word == "making":
        made.setdefault(key, Resource(kind, name, topic=content["topic"]))
    elif word == "made":
        known = made.get(key, Resource(kind, name))
        made[key] = replace(known, ids=(*known.ids, str(content["id"])))
    elif word == "using":
        used.add(key)
    else:
        raise ValueError(word)
