"""`pipegen dashboard` runs the pipeline as `pipegen run --dashboard` does, so it lacks none of its options."""

from __future__ import annotations

from typing import Any

from pipegen.cli.catalogue import load_command

# The page is always there, under --port; these two show something and run nothing.
NOT_FOR_A_DASHBOARD = {"dashboard", "dashboard_port", "dry_run", "list_metrics"}


def options_of(command: str) -> dict[str, tuple[Any, ...]]:
    """Each option as it is written, with its default and its help."""
    params: list[Any] = load_command(command).params
    return {
        str(each.name): (each.opts, each.secondary_opts, each.default, each.metavar, each.help, each.rich_help_panel)
        for each in params
    }


def test_the_dashboard_command_has_every_option_of_a_run() -> None:
    of_run, of_dashboard = options_of("run"), options_of("dashboard")
    assert of_run.keys() - of_dashboard.keys() == NOT_FOR_A_DASHBOARD
    for name in of_run.keys() & of_dashboard.keys():
        assert of_run[name] == of_dashboard[name], f"{name} means something else"
