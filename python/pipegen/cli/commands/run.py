"""``pipegen run``: the main job, with or without the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example, HelpAll
from pipegen.cli.flags import flags_of


def run(
    message_rate: options.MessageRate = None,
    duration: options.DurationText = None,
    traffic_pattern: options.TrafficPattern = None,
    arrivals: options.Arrivals = None,
    catch_up: options.CatchUp = None,
    producers: options.Producers = None,
    seed: options.Seed = None,
    sender: options.Sender = None,
    expected_messages: options.ExpectedMessages = None,
    pipeline_timeout: options.PipelineTimeout = None,
    speed: options.Speed = None,
    feed_loop: options.Loop = None,
    inspect_input: options.InspectInput = None,
    dry_run: options.DryRun = False,
    dashboard: Annotated[
        bool,
        typer.Option("--dashboard", help="Serve the live dashboard.", rich_help_panel=options.RESULTS),
    ] = False,
    dashboard_port: options.DashboardPort = None,
    dashboard_token: options.DashboardToken = None,
    insecure: options.Insecure = False,
    open_browser: options.OpenBrowser = None,
    threshold: options.Thresholds = None,
    strict: options.Strict = None,
    list_metrics: options.ListMetrics = False,
    junit: options.Junit = None,
    otlp_endpoint: options.OtlpEndpoint = None,
    summary_json: options.SummaryJson = None,
    generate_report: options.GenerateReport = None,
    reports_dir: options.ReportsDir = None,
    runs_dir: options.RunsDir = None,
    keep: options.Keep = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
    cleanup: options.Cleanup = None,
    show_config: options.ShowConfig = False,
    bootstrap_servers: options.BootstrapServers = None,
    flink_url: options.FlinkUrl = None,
    sql_gateway_url: options.SqlGatewayUrl = None,
    schema_registry_url: options.SchemaRegistryUrl = None,
    stack: options.Stack = None,
    help_all: HelpAll = False,
) -> None:
    """Send the planned load through the pipeline and measure what happens.

    Starts missing services, creates topics, registers the schema, submits the SQL to Flink, sends every record when it
    is due, reads the output back, waits for the last records, prints a summary and cleans up.

    Exit codes: 0 done; 1 unexpected; 2 usage or configuration; 3 a service or the pipeline failed; 99 a threshold
    failed; 100 the figures are invalid, with thresholds or --strict; 130 interrupted; 143 terminated.
    """
    flags = flags_of(locals())
    if list_metrics:
        from pipegen.cli.thresholds import print_metrics

        print_metrics()
        return
    from pipegen.cli.results import result_files
    from pipegen.cli.run import Wishes, start

    start(
        Wishes(
            flags=flags,
            project_dir=project_dir,
            config=config,
            dashboard=dashboard or dashboard_port is not None,
            dashboard_token=dashboard_token,
            insecure=insecure,
            open_browser=open_browser,
            files=result_files(summary_json, junit),
            keep=keep,
            dry_run=dry_run,
            show_config=show_config,
        )
    )


DECLARATION = Declaration(
    run,
    most_used=(
        "project_dir",
        "dashboard",
        "message_rate",
        "duration",
        "traffic_pattern",
        "threshold",
        "stack",
        "bootstrap_servers",
        "dry_run",
        "summary_json",
    ),
    examples=(
        Example("pipegen run --project-dir orders --dashboard", "Run the project in ./orders and watch it live:"),
        Example(
            'pipegen run --duration 5m --threshold "end_to_end.p99<250ms"',
            "In CI, with exit code 99 when the latency is too high:",
        ),
    ),
)
