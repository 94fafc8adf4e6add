"""A Java stack trace made readable: its innermost cause in one sentence, and the classes that it names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CLASS: Final = r"(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\w*"
_THROWN: Final = re.compile(rf"^(?:<Exception on server side:\s*)?(Caused by: )?({_CLASS})(?:: ?(.*))?$")
_NAMED: Final = re.compile(rf"(?m)^\s*(?:Caused by: |<Exception on server side:\s*)?({_CLASS})(?=:|\s|$)")
_FRAME: Final = re.compile(r"^\s+at (?:[\w.@-]*/)*([\w$.<>]+)\(")
_END_OF_MESSAGE: Final = re.compile(
    r"^\s*(?:at |Caused by: |Suppressed: |\.\.\. \d+ more|End of exception on server side>)"
)
_SUPPRESSED: Final = re.compile(r"^(\s*)Suppressed: ")
_PLACE: Final = re.compile(r"\b(?:From|At) line [1-9]\d*, column \d+(?: to line \d+, column \d+)?: ")
_ANY_PLACE: Final = re.compile(r"\b[Ll]ine \d+, column \d+")
_SERIALISED: Final = re.compile(rf"^({_CLASS})(?:: (.*))?$", re.DOTALL)
_NO_MESSAGE: Final = {"", "null"}
_OF_THE_JDK: Final = ("java.", "javax.", "jdk.", "sun.", "org.apache.flink.util.Preconditions.")
_WRAPPERS: Final = {"JobException", "ExceptionInChainedOperatorException", "TimerException", "AsynchronousException"}
_WRAPPING: Final = ("Failed to deserialize consumer record", "Caught exception while processing timer")
"""Classes and messages that say only that something else went wrong."""


@dataclass(frozen=True, slots=True)
class _Thrown:
    """One exception of a chain."""

    name: str
    message: str
    frame: str | None

    def sentence(self) -> str:
        """Its message; its class and first frame where there is none, or one that explains nothing by itself."""
        where = f" at {self.frame}" if self.frame is not None else ""
        if not self.message:
            return f"{self.name}{where}"
        wraps = self.name in _WRAPPERS or self.message.startswith(_WRAPPING)
        return f"{self.message} ({self.name}{where})" if wraps else self.message


def root_cause(trace: str) -> str:
    """The innermost cause of a Java stack trace as a sentence; the first line of a text that is none.

    A cause without a message is named by its class and its first frame outside the JDK. The place in the SQL that
    Flink's validation gives only in an outer exception is kept. The parser's list of all that it would have accepted
    is left out: it can be fifty lines long.
    """
    chain = list(_chain(trace.splitlines()))
    if not chain:
        return next((line.strip() for line in trace.splitlines() if line.strip()), "no message")
    sentence = chain[-1].sentence()
    outer = [thrown.message for thrown in reversed(chain[:-1]) if thrown.message]
    if not chain[-1].message and chain[-1].frame is None and outer:
        # The JVM leaves frames out of an exception that it has thrown often.
        return f"{sentence}, reported as “{outer[0]}”"
    place = next((found.group() for message in outer if (found := _PLACE.search(message)) is not None), "")
    return sentence if _ANY_PLACE.search(sentence) else place + sentence


def exception_classes(trace: str) -> tuple[str, ...]:
    """The exception classes that a Java stack trace names as thrown, outermost first."""
    return tuple(dict.fromkeys(_NAMED.findall(trace)))


def _chain(lines: list[str]) -> Iterator[_Thrown]:
    """The exceptions from the outermost to the innermost, without those that were suppressed."""
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        suppressed = _SUPPRESSED.match(line)
        if suppressed is not None:
            # Its own cause stands as far to the right as itself; the exception that it was added to, further left.
            while index < len(lines) and _indent(lines[index]) >= len(suppressed.group(1)):
                index += 1
            continue
        thrown = _THROWN.match(line.strip())
        if thrown is None:
            continue
        # A message may go on over several lines until the frames ("at …") begin.
        text = [thrown.group(3) or ""]
        while index < len(lines) and not _END_OF_MESSAGE.match(lines[index]):
            if _THROWN.match(lines[index].strip()) is not None:
                break
            text.append(lines[index].rstrip())
            index += 1
        yield _thrown(thrown.group(2), "\n".join(text), _first_frame(lines, index))


def _thrown(name: str, message: str, frame: str | None) -> _Thrown:
    message = message.partition("\nWas expecting")[0].strip()
    serialised = _SERIALISED.match(message) if name.endswith(".SerializedThrowable") else None
    if serialised is not None:
        name, message = serialised.group(1), serialised.group(2) or ""
    return _Thrown(name.rpartition(".")[2], "" if message in _NO_MESSAGE else message, frame)


def _first_frame(lines: list[str], index: int) -> str | None:
    """``Class.method`` of the first frame from a line on that is not the JDK's, else of the first."""
    frames: list[str] = []
    while index < len(lines) and (found := _FRAME.match(lines[index])) is not None:
        frames.append(found.group(1))
        index += 1
    frame = next((each for each in frames if not each.startswith(_OF_THE_JDK)), frames[0] if frames else None)
    return None if frame is None else ".".join(frame.split(".")[-2:])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
