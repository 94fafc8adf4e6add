"""The exceptions PipeGen raises on purpose, and the exit code each one means.

Every message is a sentence for the person at the terminal: what is wrong, where, and what to do. The command line
prints it and ends with ``exit_code``; no other layer prints or exits.

    PipeGenError                 1  something unexpected that we can still name
    ├── ConfigError              2  the user's input: flags, environment, YAML, schema, SQL text, traffic pattern
    │   ├── SettingsError           a setting is unknown, malformed or contradicts another
    │   ├── ProjectError            the project folder, its schemas or its SQL files
    │   └── PointedError            a text in a small language of our own; knows the character it fails at
    │       ├── PatternError           a traffic pattern
    │       └── ThresholdError         a threshold
    └── ServiceError             3  a service or the pipeline failed
        ├── StackError              the local stack: artifacts, Java, ports, a part that died
        ├── KafkaError              a broker does not answer or refuses
        ├── RegistryError           the schema registry does not answer or refuses
        ├── FlinkError              Flink or its SQL gateway does not answer or refuses
        └── PipelineError           the pipeline ran and failed: job restarting, nothing arriving

A run that raises nothing ends with 0, or with what its verdict says (``gates/ending.py``): 99 when a threshold failed,
100 when the figures are invalid. 130, 143 and 129 are for Ctrl-C, SIGTERM and SIGHUP (``signals.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

EXIT_OK = 0
EXIT_UNEXPECTED = 1
EXIT_CONFIG = 2
EXIT_SERVICE = 3
EXIT_THRESHOLD = 99
EXIT_INVALID = 100
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143
EXIT_HUNG_UP = 129


_LONG_WORD: Final = re.compile(r"\S{400,}")
_LONGEST_MESSAGE: Final = 1_500


def _readable(text: str) -> str:
    """A sentence that a name of 5,000 letters cannot make unreadable."""
    text = _LONG_WORD.sub(lambda word: f"{word[0][:150]}…{word[0][-50:]}", text)
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


class PipeGenError(Exception):
    """Base of all: a sentence for the user and, where there is one, what to do about it.

    Args:
        message: What is wrong and where, as one sentence.
        remedy: What to do, as one sentence; printed on its own line.
        detail: Foreign text worth reading whole (a log's tail, Flink's own message); printed indented, as text.
    """

    exit_code = EXIT_UNEXPECTED

    def __init__(self, message: str, *, remedy: str | None = None, detail: str | None = None) -> None:
        message = _readable(message)
        super().__init__(message)
        self.message = message
        self.remedy = remedy if remedy is None else _readable(remedy)
        self.detail = detail


class ConfigError(PipeGenError):
    """The user's input cannot be used as it is."""

    exit_code = EXIT_CONFIG


class SettingsError(ConfigError):
    """A setting is unknown, malformed or contradicts another."""


class ProjectError(ConfigError):
    """The project folder, its schemas or its SQL files cannot be used."""


class PointedError(ConfigError):
    """A text cannot be read; ``position`` is the index of the offending character.

    ``detail`` holds the text and a caret line under it. ``where`` says which text it is: the flag, or the file, line
    and key of a setting.
    """

    def __init__(self, reason: str, *, pattern: str, position: int, where: str, remedy: str | None = None) -> None:
        caret = " " * position + "^"
        super().__init__(f"{where}: {reason}", remedy=remedy, detail=f"{pattern}\n{caret}")
        self.reason = reason
        self.pattern = pattern
        self.position = position


class PatternError(PointedError):
    """A traffic pattern cannot be read."""

    def __init__(
        self, reason: str, *, pattern: str, position: int, where: str = "traffic pattern", remedy: str | None = None
    ) -> None:
        super().__init__(reason, pattern=pattern, position=position, where=where, remedy=remedy)


class ThresholdError(PointedError):
    """A threshold cannot be read, or asks for what this run does not have."""

    def __init__(
        self, reason: str, *, pattern: str, position: int, where: str = "threshold", remedy: str | None = None
    ) -> None:
        super().__init__(reason, pattern=pattern, position=position, where=where, remedy=remedy)


@dataclass(frozen=True, slots=True)
class FaultCode:
    """What a service itself calls a fault; None where it says nothing.

    Attributes:
        kafka: librdkafka's name, such as ``_TRANSPORT``.
        http_status: Status of an HTTP answer.
        registry: Error code in the body of a registry's answer, such as 40401.
        java: Classes of the exceptions in a Java trace, outermost first.
    """

    kafka: str | None = None
    http_status: int | None = None
    registry: int | None = None
    java: tuple[str, ...] = ()


NO_CODE: Final = FaultCode()


class ServiceError(PipeGenError):
    """A service or the pipeline failed; ``code`` is what the service itself calls it."""

    exit_code = EXIT_SERVICE

    def __init__(
        self, message: str, *, remedy: str | None = None, detail: str | None = None, code: FaultCode = NO_CODE
    ) -> None:
        super().__init__(message, remedy=remedy, detail=detail)
        self.code = code


class StackError(ServiceError):
    """The local stack could not be brought up, found or stopped."""


class KafkaError(ServiceError):
    """A Kafka broker does not answer or refuses."""


class RegistryError(ServiceError):
    """The schema registry does not answer or refuses."""


class FlinkError(ServiceError):
    """Flink or its SQL gateway does not answer or refuses."""


class PipelineError(ServiceError):
    """The pipeline was running and failed."""
