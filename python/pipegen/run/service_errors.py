"""What the collectors find wrong, told to the error log: one place for runs and for services that are only watched."""

from __future__ import annotations

from collections.abc import Callable

from pipegen.diagnose import ErrorLog
from pipegen.errors import FaultCode, ServiceError
from pipegen.observe import FlinkReading
from pipegen.services.kafka import ClientFault
from pipegen.snapshot import SchemaChange
from pipegen.snapshot.run import Component


class ServiceErrors:
    """Turns findings of collectors and clients into entries of the error log.

    Args:
        errors: Where they are counted.
        since_ms: Failures of jobs before this epoch time are not told: they are nobody's news.
    """

    def __init__(self, errors: ErrorLog, *, since_ms: int = 0) -> None:
        self._errors = errors
        self._told_ms = since_ms

    def of(self, component: Component) -> Callable[[ServiceError], None]:
        """What a collector calls when its service does not answer or refuses."""

        def report(error: ServiceError) -> None:
            self._errors.report(
                component=component,
                category="connection",
                message=error.message,
                remedy=error.remedy,
                detail=error.detail,
                code=error.code,
            )

        return report

    def client(self, fault: ClientFault) -> None:
        """A fault that librdkafka reported by itself; from any thread."""
        self._errors.report(
            key=fault.name,
            component="kafka",
            category="connection",
            severity="critical" if fault.fatal else None,
            message=fault.text,
            code=FaultCode(kafka=fault.name),
        )

    def overload(self, key: str, sentence: str) -> None:
        """PipeGen or the machine is at its limit."""
        self._errors.report(key=key, component="system", category="processing", severity="warning", message=sentence)

    def schema(self, change: SchemaChange) -> None:
        """A version was added; only one that is not compatible is an error."""
        if change.compatible is not False:
            return
        self._errors.report(
            key="incompatible_schema",
            component="registry",
            category="serialisation",
            message=f"version {change.version} of subject {change.subject} is not compatible: {change.reason}",
        )

    def job(self, reading: FlinkReading | None) -> None:
        """A job's newest failure, once."""
        if reading is None or reading.root_exception_at_ms is None or reading.root_exception_at_ms <= self._told_ms:
            return
        self._told_ms = reading.root_exception_at_ms
        self._errors.report(
            component="flink",
            category="processing",
            severity="critical",
            message=reading.root_exception or "the job failed",
            detail=reading.root_exception_classes,
        )
