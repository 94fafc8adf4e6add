"""``pipegen``, and ``python -m pipegen``: an interruption during the second that imports take is heard as well."""

from __future__ import annotations

from pipegen.signals import take_signals


def main() -> None:
    """Runs the command line."""
    take_signals()
    from pipegen.cli import main as run  # noqa: PLC0415 -- see above

    run()


if __name__ == "__main__":
    main()
