"""Fills what an invented snapshot does not speak of, from the contract itself: nothing, none, or the first word."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def fill(model: type[BaseModel], given: dict[str, Any]) -> dict[str, Any]:
    """What was given, and a neutral value for each field that is missing and has no default."""
    filled = dict(given)
    for name, info in model.model_fields.items():
        if name not in filled and info.is_required():
            filled[name] = _neutral(info.annotation)
        elif isinstance(filled.get(name), dict):
            nested = _model(info.annotation)
            filled[name] = filled[name] if nested is None else fill(nested, filled[name])
    return filled


def _neutral(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _neutral(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return None if NoneType in get_args(annotation) else _neutral(get_args(annotation)[0])
    if origin is Literal:
        return get_args(annotation)[0]
    nested = _model(annotation)
    if nested is not None:
        return fill(nested, {})
    return (origin or annotation)()


def _model(annotation: Any) -> type[BaseModel] | None:
    kinds = [annotation, *get_args(annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
