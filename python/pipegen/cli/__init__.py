"""The command line: the only place that prints, exits, or turns errors into exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import pipegen
from pipegen.cli.capacity import capacity
from pipegen.cli.check import check
from pipegen.cli.clean import clean
from pipegen.cli.compare import compare
from pipegen.cli.dashboard import dashboard
from pipegen.cli.deploy import deploy
from pipegen.cli.generate import generate
from pipegen.cli.init import init
from pipegen.cli.renamed import current_word
from pipegen.cli.replay import replay, runs
from pipegen.cli.report import report
from pipegen.cli.run import run
from pipegen.cli.sentences import print_error, print_unexpected
from pipegen.cli.validate import validate
from pipegen.errors import EXIT_INTERRUPTED, EXIT_UNEXPECTED, PipeGenError

__all__ = ["app", "main"]

app = typer.Typer(
    name="pipegen",
    help="Load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": current_word},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pipegen {pipegen.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured."""
    _ = version


app.command()(init)
app.command()(validate)
app.command()(generate)
app.command()(check)
app.command()(deploy)
app.command()(run)
app.command()(dashboard)
app.command()(report)
app.command()(replay)
app.command()(runs)
app.command()(capacity)
app.command()(compare)
app.command()(clean)


def main() -> None:
    """Runs the command line and exits with the code that the errors' docstring lists."""
    try:
        app()
    except PipeGenError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as error:
        # Typer turns Ctrl-C into "Aborted!" and exit code 1; a shell expects 130.
        if isinstance(error.__context__, typer.Abort) and isinstance(error.__context__.__cause__, KeyboardInterrupt):
            sys.exit(EXIT_INTERRUPTED)
        raise
    except Exception as error:  # noqa: BLE001 -- the last stop before a user would see a traceback
        print_unexpected(error)
        sys.exit(EXIT_UNEXPECTED)
