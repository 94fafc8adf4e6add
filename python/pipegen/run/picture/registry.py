"""The schema registry, from its newest reading and from what PipeGen counts of records and their schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pipegen.observe import Reading, RegistryReading
from pipegen.run.picture.reading import asked, status_of, unread
from pipegen.snapshot import Explained, RegistryMetrics, Status

_SOURCE: Final = "schema registry API; success ratios: counters of this process"
_NEVER_COUNTED: Final = "PipeGen only watches: it makes and reads no records"


@dataclass(frozen=True, slots=True)
class RecordChecks:
    """What PipeGen itself counted of records and their schemas.

    Attributes:
        checked: Output records checked against their schema.
        invalid: Of these, those that do not decode.
        made: Input records made.
        broken: Of these, those that were made against their schema on purpose.
        cache_misses: Schemas that the reader had to ask for.
    """

    checked: int
    invalid: int
    made: int
    broken: int
    cache_misses: int


def registry(
    reading: Reading[RegistryReading],
    *,
    url: str | None,
    input_subject: str | None,
    output_subject: str | None,
    checks: RecordChecks | None = None,
) -> Explained[RegistryMetrics]:
    """The section.

    Args:
        reading: The newest reading.
        url: Address without credentials.
        input_subject: Subject of the input records; None when not known.
        output_subject: Subject of the output records; None when not known.
        checks: What was counted of records; None where PipeGen only watches.
    """
    value = reading.value
    counted, why_null = _counted(checks)
    said = {
        "source": _SOURCE,
        **asked(reading),
        "url": url,
        "input_subject": input_subject,
        "output_subject": output_subject,
        **counted,
    }
    if value is None:
        status, failure = status_of(reading)
        return Explained.unknown(
            RegistryMetrics, unread(reading), why_null, status=status, status_reason=failure, **said
        )
    status, why = _status(reading, value)
    section = RegistryMetrics(
        status=status,
        status_reason=why,
        **said,
        response_ms=round(value.response_ms, 3),
        subjects=sum(bool(subject.versions) for subject in value.subjects),
        input_version=value.input_version,
        output_version=value.output_version,
        compatibility=value.compatibility,
        subject_list=list(value.subjects),
        changes=list(value.changes),
    )
    versions = {
        "input_version": "the subject is not there",
        "output_version": "Flink registers it with the first record it writes",
    }
    return Explained.known(section, why_null | versions)


def _status(reading: Reading[RegistryReading], value: RegistryReading) -> tuple[Status, str | None]:
    status, why = status_of(reading)
    if status == "running" and any(change.compatible is False for change in value.changes):
        return "error", "a version that is not compatible was registered during the run"
    return status, why


def _counted(checks: RecordChecks | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures of PipeGen's own, and why those of them are null that are."""
    if checks is None:
        names = ("validation_success_ratio", "serialisation_success_ratio", "cache_misses")
        return {}, dict.fromkeys(names, _NEVER_COUNTED)
    figures = {
        "validation_success_ratio": _success_ratio(checks.checked, checks.invalid),
        "serialisation_success_ratio": _success_ratio(checks.made, checks.broken),
        "cache_misses": checks.cache_misses,
    }
    return figures, {
        "validation_success_ratio": "no record was checked yet",
        "serialisation_success_ratio": "no record was made yet",
    }


def _success_ratio(total: int, bad: int) -> float | None:
    return (total - bad) / total if total else None
