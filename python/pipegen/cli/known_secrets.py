"""The secrets this command knows; they are removed from everything it prints or stores."""

from __future__ import annotations

import os
import sys
from typing import Final

from pipegen.config import Settings, secret_values
from pipegen.redact import redact_whole, secrets_of, secrets_of_command

_of_settings: Final[list[str]] = []


def remember(settings: Settings) -> None:
    """Remembers the secrets of the settings in force, replacing those remembered before."""
    _of_settings[:] = secret_values(settings)


def known_secrets() -> list[str]:
    """The secrets from the environment, the command line and the settings."""
    return [*secrets_of(os.environ), *secrets_of_command(sys.argv), *_of_settings]


def clean(text: str) -> str:
    """The text without secrets."""
    return redact_whole(text, known=known_secrets())
