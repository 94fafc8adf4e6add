"""`pipegen dashboard` runs the pipeline as `pipegen run --dashboard` does, so it lacks none of its options."""

from __future__ import annotations

import inspect

from pipegen.cli.commands.dashboard import dashboard
from pipegen.cli.commands.run import run

# The page is always there, under --port; these two show something and run nothing.
NOT_FOR_A_DASHBOARD = {"dashboard", "dashboard_port", "dry_run", "list_metrics"}


def test_the_dashboard_command_has_every_option_of_a_run() -> None:
    of_run, of_dashboard = (inspect.signature(command, eval_str=True).parameters for command in (run, dashboard))
    assert of_run.keys() - of_dashboard.keys() == NOT_FOR_A_DASHBOARD
    for name in of_run.keys() & of_dashboard.keys():
        assert of_run[name] == of_dashboard[name], f"{name} means something else"
