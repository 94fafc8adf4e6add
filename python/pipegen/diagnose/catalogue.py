"""The error catalogue: finds the rule for an error and says what led to it. The rules are data (``rules*.toml``).

Pure: no I/O and no state.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, get_args

from pipegen.errors import NO_CODE, FaultCode
from pipegen.snapshot.run import Category, Component, Severity

_KEYS: Final = {"category", "severity", "kafka", "registry", "http", "exception", "pattern", "suggestion", "remedy"}
_LONGEST_TEXT: Final = 100_000
_FILES: Final = ("rules_quality.toml", "rules.toml")
"""In the order in which their text rules are tried."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of one kind of error.

    Attributes:
        id: Stable name, such as ``kafka.timeout``.
        category: What kind of error it is.
        severity: How bad it is at least.
        suggestion: What it means.
        remedy: The command or setting that mends it.
    """

    id: str
    category: Category
    severity: Severity
    suggestion: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fits an error, and what in the error led to it."""

    rule: Rule
    evidence: str


@dataclass(frozen=True, slots=True)
class _TextRule:
    rule: Rule
    exception: re.Pattern[str] | None
    pattern: re.Pattern[str] | None

    def evidence(self, text: str) -> str | None:
        found = []
        if self.exception is not None:
            thrown = self.exception.search(text)
            if thrown is None:
                return None
            found.append(f"the trace names {_whole_class(text, thrown)}")
        if self.pattern is not None:
            said = self.pattern.search(text)
            if said is None:
                return None
            found.append(f"the text says “{said.group(0)}”")
        return " and ".join(found) or None


class Catalogue:
    """The rules, looked up by code first and by text then.

    Args:
        document: The parsed data file.

    Raises:
        ValueError: when a rule is not well formed or two rules claim one code; a fault of the data file.
    """

    def __init__(self, document: Mapping[str, Mapping[str, Any]]) -> None:
        self.kafka: dict[str, Rule] = {}
        self.registry: dict[int, Rule] = {}
        self.http: dict[str, Rule] = {}
        self._texts: list[_TextRule] = []
        for rule_id, entry in document.items():
            rule = _rule(rule_id, entry)
            for name, table in (("kafka", self.kafka), ("registry", self.registry), ("http", self.http)):
                _claim(table, entry.get(name, ()), rule)
            exceptions, pattern = entry.get("exception"), entry.get("pattern")
            if exceptions or pattern:
                names = re.compile(rf"\b(?:{'|'.join(exceptions)})\b") if exceptions else None
                self._texts.append(_TextRule(rule, names, re.compile(pattern) if pattern else None))

    def rules(self) -> Iterator[Rule]:
        """Every rule that something leads to."""
        seen = dict.fromkeys([*self.kafka.values(), *self.registry.values(), *self.http.values()])
        yield from seen | dict.fromkeys(text.rule for text in self._texts)

    def match(self, *, component: Component, text: str, code: FaultCode = NO_CODE) -> Match | None:
        """The rule for an error, or None when no rule fits.

        Args:
            component: Where it happened.
            text: The original text, with the trace where there is one.
            code: What the service itself calls it.
        """
        if code.kafka is not None and code.kafka in self.kafka:
            return Match(self.kafka[code.kafka], f"librdkafka reports {code.kafka}")
        if code.registry is not None and code.registry in self.registry:
            return Match(self.registry[code.registry], f"the registry answered with error code {code.registry}")
        text = "\n".join((*code.java, text))[:_LONGEST_TEXT]
        for candidate in self._texts:
            evidence = candidate.evidence(text)
            if evidence is not None:
                return Match(candidate.rule, evidence)
        if code.http_status is not None:
            for owner in (component, "*"):
                rule = self.http.get(f"{owner} {code.http_status}")
                if rule is not None:
                    return Match(rule, f"the service answered with HTTP {code.http_status}")
        return None


@cache
def catalogue() -> Catalogue:
    """The catalogue that PipeGen ships."""
    folder = files("pipegen.diagnose")
    parts = [tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in _FILES]
    return Catalogue({rule_id: entry for part in parts for rule_id, entry in part.items()})


@lru_cache(maxsize=512)
def find_rule(component: Component, text: str, code: FaultCode) -> Match | None:
    """:meth:`Catalogue.match` of the shipped catalogue; errors repeat, so answers are kept."""
    return catalogue().match(component=component, text=text, code=code)


def _whole_class(text: str, thrown: re.Match[str]) -> str:
    """The class with its package. Looked for backwards: a pattern that begins with any word is slow on long texts."""
    package = re.search(r"[\w.]*$", text[max(0, thrown.start() - 200) : thrown.start()])
    return (package.group(0) if package else "") + thrown.group(0)


def _rule(rule_id: str, entry: Mapping[str, Any]) -> Rule:
    unknown = entry.keys() - _KEYS
    if unknown:
        raise ValueError(f"rule {rule_id}: unknown key {min(unknown)}")
    rule = Rule(rule_id, entry["category"], entry.get("severity", "error"), entry["suggestion"], entry["remedy"])
    if rule.category not in get_args(Category) or rule.severity not in get_args(Severity):
        raise ValueError(f"rule {rule_id}: unknown category or severity")
    return rule


def _claim(table: dict[Any, Rule], keys: Any, rule: Rule) -> None:
    for key in keys:
        if key in table:
            raise ValueError(f"{key} is claimed by {table[key].id} and {rule.id}")
        table[key] = rule
