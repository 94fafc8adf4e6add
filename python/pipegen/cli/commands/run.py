"""``pipegen run``: the main job, with or without the dashboard."""

from __future__ import annotations

from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import (
    AccessOptions,
    LoadOptions,
    ResultOptions,
    RunProjectOptions,
    ServiceOptions,
    VerdictOptions,
)


def run(
    load: LoadOptions = LoadOptions(),
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show the plan by phase and send nothing.", rich_help_panel=options.LOAD),
    ] = False,
    dashboard: Annotated[
        bool,
        typer.Option("--dashboard", help="Serve the live dashboard.", rich_help_panel=options.RESULTS),
    ] = False,
    dashboard_port: Annotated[
        int | None,
        typer.Option(
            "--dashboard-port",
            metavar="PORT",
            help="Port of the dashboard, 0 for any free one; implies --dashboard. Default 3000.",
            rich_help_panel=options.RESULTS,
        ),
    ] = None,
    access: AccessOptions = AccessOptions(),
    verdict: VerdictOptions = VerdictOptions(),
    list_metrics: Annotated[
        bool,
        typer.Option(
            "--list-metrics", help="List the metrics that thresholds can name.", rich_help_panel=options.VERDICT
        ),
    ] = False,
    results: ResultOptions = ResultOptions(),
    project: RunProjectOptions = RunProjectOptions(),
    services: ServiceOptions = ServiceOptions(),
) -> None:
    """Send the planned load through the pipeline and measure what happens.

    Starts missing services, creates topics, registers the schema, submits the SQL to Flink, sends every record when it
    is due, reads the output back, waits for the last records, prints a summary and cleans up.

    Exit codes: 0 done; 1 unexpected; 2 usage or configuration; 3 a service or the pipeline failed; 99 a threshold
    failed; 100 the figures are invalid, with thresholds or --strict; 130, 143, 129 Ctrl-C, SIGTERM, SIGHUP.
    """
    if list_metrics:
        from pipegen.cli.thresholds import print_metrics

        print_metrics()
        return
    from pipegen.cli.run import RunOptions, start
    from pipegen.session.results import result_files

    start(
        RunOptions(
            project=project,
            flags=flags_of(load, verdict, results, project, services, dashboard_port=dashboard_port),
            files=result_files(results.summary_json, results.junit),
            dashboard=access.access() if dashboard or dashboard_port is not None else None,
            keep=results.keep,
            dry_run=dry_run,
            show_config=project.show_config,
        )
    )


DECLARATION = Declaration(
    run,
    most_used=(
        "project_dir",
        "sql",
        "dashboard",
        "message_rate",
        "duration",
        "traffic_pattern",
        "threshold",
        "stack",
        "bootstrap_servers",
        "dry_run",
    ),
    examples=(
        Example("pipegen run --project-dir orders --dashboard", "Run the project in ./orders and watch it live:"),
        Example(
            'pipegen run --sql my_job.sql --threshold "end_to_end.p99<250ms"',
            "Any Flink SQL as it is, with exit code 99 when the latency is too high:",
        ),
    ),
)
