"""Every numeric figure of the contract by its dotted path, in the contract's order; measures and formats nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from pipegen.snapshot.snapshot import Snapshot


@cache
def figure_paths() -> tuple[str, ...]:
    """Dotted paths of all figures outside lists, like ``producer.rate`` and ``latency.ack.total.p99_ms``."""
    return tuple(_walk(Snapshot, ""))


def read_figures(snapshot: Snapshot) -> list[float | int | None]:
    """The values of :func:`figure_paths`, in its order; null where the figure or a section above it is null."""
    return [_read(snapshot, getter, path) for path, getter in _getters()]


def read_figure(snapshot: Snapshot, path: str) -> float | int | None:
    """One figure; null where it, or a section above it, is null."""
    return _read(snapshot, _getter(path), path)


@cache
def _getter(path: str) -> attrgetter[Any]:
    return attrgetter(path)


@cache
def _getters() -> tuple[tuple[str, attrgetter[Any]], ...]:
    return tuple((path, _getter(path)) for path in figure_paths())


def _read(snapshot: Snapshot, getter: attrgetter[Any], path: str) -> float | int | None:
    try:
        value: float | int | None = getter(snapshot)
    except AttributeError:
        # A section above is null: so is the figure. Anything else is a path that the contract does not have.
        section: Any = snapshot
        for name in path.split("."):
            section = getattr(section, name)
            if section is None:
                return None
        raise
    return value


def _walk(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        kinds = _kinds(info.annotation)
        nested = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if nested is not None:
            yield from _walk(nested, f"{prefix}{name}.")
        elif int in kinds or float in kinds:
            yield f"{prefix}{name}"


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """The types an annotation allows, without null; empty for containers."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(kind for kind in get_args(annotation) if kind is not NoneType)
    return (annotation,) if origin is None else ()
