"""Errors and warnings as the person at the terminal sees them: a sentence, what to do, and foreign text as text."""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from pipegen.cli.known_secrets import clean
from pipegen.cli.terminal import Terminal
from pipegen.errors import EXIT_CONFIG, EXIT_UNEXPECTED, ConfigError, PipeGenError, ServiceError
from pipegen.signals import Interrupted
from pipegen.suggestion import shortened

_GIVEN: Final = frozenset(
    {
        errno.EACCES,
        errno.EEXIST,
        errno.EFBIG,
        errno.EINVAL,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    }
)
_FULL: Final = frozenset({errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOSPC})


def error_console() -> Console:
    """The console for everything that is not a command's result."""
    return Terminal(stderr=True, soft_wrap=True)


def indented(text: str) -> Text:
    """Foreign text, set off from our own."""
    lines = text.strip("\n").splitlines()
    return Text("\n".join(f"    {line}" for line in lines), style="dim")


def print_error(error: PipeGenError) -> None:
    """Prints an error that was raised on purpose."""
    console = error_console()
    console.print(Text.assemble(("error: ", "bold red"), clean(error.message)))
    if error.detail:
        console.print(indented(clean(error.detail)))
    remedy = error.remedy
    if remedy is None and isinstance(error, ServiceError):
        from pipegen.diagnose import remedy_of

        remedy = remedy_of(error)
    if remedy:
        console.print(Text.assemble(("→ ", "bold"), remedy))


def print_warning(text: str) -> None:
    """Prints a warning."""
    error_console().print(Text.assemble(("warning: ", "bold yellow"), clean(text)))


def print_os_error(error: OSError) -> int:
    """Prints what the system refused; returns the exit code.

    A name that cannot be, or a file that may not be read, is what the user gave; a disk that is full is not.
    """
    if error.errno in _GIVEN and error.filename is not None:
        print_error(ConfigError(f"{shortened(str(error.filename))}: {error.strerror}"))
        return EXIT_CONFIG
    if error.errno in _FULL:
        place = "" if error.filename is None else f"{error.filename}: "
        print_error(PipeGenError(f"{place}{error.strerror}", remedy="Make room, or raise the limit that is meant."))
    else:
        print_unexpected(error)
    return EXIT_UNEXPECTED


def print_interrupted(interrupted: Interrupted) -> None:
    """Says that a signal ended the command, and what that did."""
    error_console().print(Text("interrupted" + (f": {interrupted.note}" if interrupted.note else "")))


def print_unexpected(error: BaseException) -> None:
    """Prints what nobody foresaw, without a traceback, and keeps that in a file."""
    console = error_console()
    console.print(Text.assemble(("unexpected error: ", "bold red"), clean(f"{type(error).__name__}: {error}")))
    try:
        handle, name = tempfile.mkstemp(prefix="pipegen-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(clean("".join(traceback.format_exception(error))))
    except OSError:
        return
    console.print(Text(f"→ This is a fault of PipeGen's. The details are in {Path(name)}; please report them."))
