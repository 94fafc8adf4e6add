"""Counts of what was checked: values of a topic, and records against rules. Written by readers, read at any moment."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipegen.quality.expression import EvaluationError
from pipegen.quality.rule import RECORD_NAMES, Rule
from pipegen.snapshot import InvalidReason, RuleResult, Side, TopicQuality

_LONGEST_EXAMPLE: Final = 300


class TopicTally:
    """Values of one topic.

    Args:
        topic: Its name.
    """

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._lock = threading.Lock()
        self._valid = self._invalid = self._unchecked = self._tombstones = 0
        self._reasons: dict[str, tuple[int, str]] = {}

    def add(
        self, *, valid: int, invalid: int, unchecked: int, tombstones: int, faults: Mapping[str, tuple[int, str]]
    ) -> None:
        """Adds a batch; ``faults`` has for each reason the count and a sentence as an example."""
        with self._lock:
            self._valid += valid
            self._invalid += invalid
            self._unchecked += unchecked
            self._tombstones += tombstones
            for reason, (count, example) in faults.items():
                before = self._reasons.get(reason, (0, example))
                self._reasons[reason] = (before[0] + count, before[1])

    @property
    def valid(self) -> int:
        """Valid values so far."""
        return self._valid

    def view(self) -> TopicQuality:
        """The counts now."""
        with self._lock:
            checked = self._valid + self._invalid
            reasons = sorted(self._reasons.items(), key=lambda item: -item[1][0])
            return TopicQuality(
                topic=self._topic,
                valid_total=self._valid,
                invalid_total=self._invalid,
                unchecked_total=self._unchecked,
                tombstones_total=self._tombstones,
                valid_ratio=self._valid / checked if checked else None,
                reasons=[
                    InvalidReason(reason=reason, count=count, example=example[:_LONGEST_EXAMPLE])
                    for reason, (count, example) in reasons
                ],
            )


def together(views: Sequence[TopicQuality]) -> TopicQuality:
    """Several topics as if they were one."""
    if len(views) == 1:
        return views[0]
    valid, invalid = sum(each.valid_total for each in views), sum(each.invalid_total for each in views)
    reasons: dict[str, InvalidReason] = {}
    for reason in (reason for each in views for reason in each.reasons):
        before = reasons.get(reason.reason)
        count = reason.count + (before.count if before else 0)
        reasons[reason.reason] = (before or reason).model_copy(update={"count": count})
    return TopicQuality(
        topic=", ".join(each.topic for each in views),
        valid_total=valid,
        invalid_total=invalid,
        unchecked_total=sum(each.unchecked_total for each in views),
        tombstones_total=sum(each.tombstones_total for each in views),
        valid_ratio=valid / (valid + invalid) if valid + invalid else None,
        reasons=sorted(reasons.values(), key=lambda each: -each.count),
    )


class RuleTally:
    """One rule's answers."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.evaluated = self.violations = self.errors = 0
        self.last_error: str | None = None

    @property
    def beyond_tolerance(self) -> bool:
        """Whether more records broke it than is tolerated."""
        return self.evaluated > 0 and self.violations > self.rule.tolerance_ratio * self.evaluated

    def ask(self, values: Mapping[str, Any]) -> bool:
        """Whether a record keeps the rule; one for which it has no answer does not break it."""
        try:
            holds = self.rule.expression.holds(values)
        except EvaluationError as error:
            self.fail(str(error))
            return True
        self.evaluated += 1
        self.violations += not holds
        return holds

    def fail(self, why: str) -> None:
        """Counts a record for which there is no answer."""
        self.errors += 1
        self.last_error = why

    def view(self) -> RuleResult:
        """The answers so far."""
        rule = self.rule
        return RuleResult(
            name=rule.name,
            expression=rule.expression.text,
            side=rule.side,
            output=rule.output,
            origin=rule.origin,
            tolerance_ratio=rule.tolerance_ratio,
            evaluated_total=self.evaluated,
            violations_total=self.violations,
            errors_total=self.errors,
            violation_ratio=self.violations / self.evaluated if self.evaluated else None,
            result="no_samples" if not self.evaluated else "fail" if self.beyond_tolerance else "pass",
            last_error=self.last_error,
        )


class RuleBook:
    """All rules, and how many records broke none.

    Args:
        rules: The rules of the project; those of data contracts come later.
    """

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self._tallies = [RuleTally(rule) for rule in rules]
        self.sampled: dict[Side, int] = {"input": 0, "output": 0}
        self.conforming = 0

    def add(self, rules: Sequence[Rule]) -> None:
        """Adds rules, such as those of a data contract; a rule that is there already is kept."""
        with self._lock:
            known = {_identity(tally.rule) for tally in self._tallies}
            self._tallies.extend(RuleTally(rule) for rule in rules if _identity(rule) not in known)

    def wants(self, side: Side, output: str | None = None) -> bool:
        """Whether any rule is about these records."""
        return any(_is_about(tally.rule, side, output) for tally in self._tallies)

    def judge(self, side: Side, record: Any, output: str | None = None) -> None:
        """Asks every rule of a side, or of one of several outputs, about a record."""
        values = {**record, **dict.fromkeys(RECORD_NAMES, record)} if isinstance(record, dict) else {"record": record}
        with self._lock:
            kept = [tally.ask(values) for tally in self._tallies if _is_about(tally.rule, side, output)]
            self.sampled[side] += 1
            self.conforming += all(kept)

    def fail(self, side: Side, why: str, output: str | None = None) -> None:
        """Counts a record that could not be read for the rules."""
        with self._lock:
            for tally in self._tallies:
                if _is_about(tally.rule, side, output):
                    tally.fail(why)

    def sampled_and_conforming(self) -> tuple[int, int]:
        """Records that were judged, and those of them that broke no rule; of one moment."""
        with self._lock:
            return sum(self.sampled.values()), self.conforming

    def views(self) -> list[RuleResult]:
        """Every rule's answers, for the contract."""
        with self._lock:
            return [tally.view() for tally in self._tallies]

    def failed(self, output: str | None) -> int:
        """Rules of an output that are broken beyond their tolerance."""
        with self._lock:
            return sum(_is_about(tally.rule, "output", output) and tally.beyond_tolerance for tally in self._tallies)


def _identity(rule: Rule) -> tuple[str, Side, str, str | None]:
    return rule.name, rule.side, rule.origin, rule.output


def _is_about(rule: Rule, side: Side, output: str | None) -> bool:
    return rule.side == side and rule.output == output
