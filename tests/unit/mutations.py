"""Damages files by a fixed seed, and bounds what reading them may cost."""

from __future__ import annotations

import random
import resource
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from pipegen.errors import PipeGenError

_HOSTILE: Final = (
    b"\x00",
    b"\xff\xfe",
    b"\xc3(",
    b"\x1b[2J",
    b"\xe2\x80\xae",
    b"\n" * 500,
    b"1" * 401,
    b"-" + b"9" * 30,
    b"0x" + b"f" * 5_000,
    b"1e999",
    b"NaN",
    b"Infinity",
    b"null",
    b"[" * 3_000,
    b'{"a":' * 3_000,
    b"{}",
    b"[]",
    b'""',
    b'"',
    b"'",
    b"\\u0000",
    b"\\ud800",
    b"&a [*a]",
    b"!!python/object/apply:os.system ['true']",
    b"!!binary x",
    b": ",
    b"- ",
    b"2026-99-99",
    b"x" * 5_000,
    b"/" * 50,
    b"../" * 50,
)


def mutations(content: bytes, count: int, *, seed: int) -> Iterator[bytes]:
    """The content, damaged in ``count`` ways: flipped, cut, doubled, mixed up, and with what nobody expects in it."""
    chance = random.Random(seed)  # noqa: S311 -- the same damage each time
    for _ in range(count):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            _damage(damaged, chance)
        yield bytes(damaged)


def _damage(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content) + 1)
    end = min(len(content), at + chance.choice((1, 1, 4, 20, 200)))
    match chance.randrange(7):
        case 0 if at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        case 1:
            del content[at:end]
        case 2:
            content[at:at] = content[at:end] * chance.choice((1, 3))
        case 3:
            content[at:end] = chance.choice(_HOSTILE)
        case 4:
            content[at:at] = chance.choice(_HOSTILE)
        case 5:
            other = chance.randrange(len(content) + 1)
            content[at:end] = content[other : other + end - at]
        case _ if chance.random() < 0.3:
            del content[at:]
        case _:
            content[at:end] = bytes(chance.randrange(256) for _ in range(end - at))


def refused(error: Exception) -> bool:
    """Whether a user would read a sentence: on purpose, and short."""
    return isinstance(error, PipeGenError) and error.exit_code == 2 and len(error.message) < 2_000


@contextmanager
def bounded(*, seconds: int = 300, megabytes: int = 300) -> Iterator[None]:
    """Fails what hangs, or makes the process grow."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    handler = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) // 1024
    assert grown < megabytes, f"grown by {grown} MB"


def sentences(errors: Sequence[Exception]) -> str:
    """What was no sentence, for an assertion's text."""
    return "\n".join(f"{type(error).__name__}: {str(error)[:200]}" for error in errors[:5])
