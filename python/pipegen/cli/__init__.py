"""The command line: the only place that prints, exits, or turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Annotated

if "_PIPEGEN_COMPLETE" in os.environ:
    # A shell waits for this answer at each TAB, and half of the wait was the import of Rich: Typer strips markup from
    # descriptions with it where it is installed. Ours hold none, so Typer is to find no Rich.
    os.environ["TYPER_USE_RICH"] = "0"
    sys.modules["rich"] = None  # type: ignore[assignment]

import typer

import pipegen
from pipegen.cli.catalogue import ENTRIES, CommandGroup
from pipegen.cli.renamed import current_word
from pipegen.cli.streams import last_whatever_comes, lost_output, results_are_printed
from pipegen.errors import EXIT_CONFIG, EXIT_OK, EXIT_UNEXPECTED, PipeGenError
from pipegen.signals import Interrupted, leave, unwinding

__all__ = ["app", "main"]

_ABOUT = "Load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured."

app = typer.Typer(
    name="pipegen",
    cls=CommandGroup,
    help=_ABOUT,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": current_word},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pipegen {pipegen.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    _ = version
    if ctx.invoked_subcommand is None:
        from pipegen.cli.help import start_here

        typer.echo(start_here(_ABOUT, ENTRIES))
        raise typer.Exit(EXIT_CONFIG)


def main() -> None:
    """Runs the command line and exits with the code that the errors' docstring lists."""
    last_whatever_comes()
    code = exit_code()
    lost = lost_output()
    if lost is not None:
        from pipegen.cli.sentences import print_warning

        print_warning(f"standard output could not be written: {lost.strerror}")
    leave(code or (EXIT_UNEXPECTED if lost is not None and results_are_printed() else EXIT_OK))


def exit_code() -> int:
    """The exit code of the command that was called; prints why it failed."""
    try:
        app()
    except Interrupted as interrupted:
        return _interrupted(interrupted)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_OK if end.code is None else EXIT_UNEXPECTED
    except PipeGenError as error:
        from pipegen.cli.sentences import print_error

        print_error(error)
        return error.exit_code
    except OSError as error:
        from pipegen.cli.sentences import print_os_error

        return print_os_error(error)
    except Exception as error:  # noqa: BLE001 -- the last stop before a user would see a traceback
        if (code := unwinding()) is not None:
            return _interrupted(Interrupted(code))
        from pipegen.cli.sentences import print_unexpected

        print_unexpected(error)
        return EXIT_UNEXPECTED
    return EXIT_OK


def _interrupted(interrupted: Interrupted) -> int:
    from pipegen.cli.sentences import print_interrupted

    with suppress(OSError):  # the terminal is gone
        print_interrupted(interrupted)
    return interrupted.code
