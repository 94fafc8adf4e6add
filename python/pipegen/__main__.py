"""``pipegen``, and ``python -m pipegen``: an interruption during the second that imports take is heard as well."""

from __future__ import annotations

import os

from pipegen.signals import heard, take_signals


def main() -> None:
    """Runs the command line."""
    take_signals()
    # There is nothing to put away yet, and an exception could get lost in the midst of an import.
    with heard(os._exit):
        from pipegen.cli import main as run  # noqa: PLC0415 -- see above

    run()


if __name__ == "__main__":
    main()
