"""The secrets that this command knows: what it prints and keeps is cleaned of them, wherever they stand."""

from __future__ import annotations

import os
import sys
from typing import Final

from pipegen.config import Settings, secret_values
from pipegen.redact import redact_whole, secrets_of, secrets_of_command

_of_settings: Final[list[str]] = []


def remember(settings: Settings) -> None:
    """Takes the secrets of the settings in force, in place of those of any others."""
    _of_settings[:] = secret_values(settings)


def known_secrets() -> list[str]:
    """Those of the environment, of the command line and of the settings."""
    return [*secrets_of(os.environ), *secrets_of_command(sys.argv), *_of_settings]


def clean(text: str) -> str:
    """The text as it may be shown."""
    return redact_whole(text, known=known_secrets())
