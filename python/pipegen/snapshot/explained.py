"""A section of a snapshot together with the reasons of its null figures, so that neither is built without the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.snapshot import null_figures

S = TypeVar("S", bound=ContractModel)
M = TypeVar("M", bound=BaseModel)

WHOLE = ""
"""The path of a section within itself: a reason under it explains every null figure of the section."""


@dataclass(frozen=True, slots=True)
class Explained(Generic[S]):
    """A section and why its null figures are null. Made by :meth:`known` or :meth:`unknown`.

    Attributes:
        section: The section.
        reasons: Path within the section, or ``WHOLE`` → why that figure is null.
    """

    section: S
    reasons: Mapping[str, str]

    @classmethod
    def known(cls, section: S, why: Mapping[str, str] | None = None, *, rest: str | None = None) -> Explained[S]:
        """A section that was measured.

        Args:
            section: Its figures.
            why: Reasons by path within the section, or by the path of a part above it. Those of fields that are not
                null are dropped, so a builder can name every reason without a condition.
            rest: The reason of the null figures that ``why`` does not name.
        """
        return cls(section, _reasons(section, why or {}, rest))

    @classmethod
    def unknown(cls, model: type[S], why: str, own: Mapping[str, str] | None = None, **known: Any) -> Explained[S]:
        """A section that was not measured: every field is null for one reason.

        Args:
            model: The kind of section.
            why: The reason.
            own: Reasons of null figures that come from elsewhere, by path within the section.
            **known: The fields that have a value all the same.
        """
        section = all_null(model, **known)
        return cls(section, {WHOLE: why, **_reasons(section, own or {}, None)})

    def reasons_under(self, name: str) -> dict[str, str]:
        """The reasons by their paths in a snapshot that has the section under this name."""
        return {f"{name}.{path}" if path else name: why for path, why in self.reasons.items()}

    def replaced(self, why: str, **changes: Any) -> Explained[S]:
        """The section with other values in the named fields and one reason instead of its own."""
        return replace(self, section=self.section.model_copy(update=changes), reasons={WHOLE: why})


def all_null(model: type[M], **known: Any) -> M:
    """A model with every required field null, but for the named ones."""
    return model(**{name: None for name, info in model.model_fields.items() if info.is_required()} | known)


def _reasons(section: BaseModel, why: Mapping[str, str], rest: str | None) -> dict[str, str]:
    found = {}
    for path in null_figures(section, ""):
        reason = _nearest(why, path) or rest
        if reason is not None:
            found[path] = reason
    # Text is no figure and needs no reason, but may have one.
    named = {path: reason for path, reason in why.items() if "." not in path and getattr(section, path) is None}
    return found | named


def _nearest(why: Mapping[str, str], path: str) -> str | None:
    while path and path not in why:
        path = path.rpartition(".")[0]
    return why.get(path)
