"""``pipegen dashboard``: the run with its dashboard, as the original command did."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.aggregate import aggregate_addresses, run_aggregate
from pipegen.cli.flags import FLAG_NAMES, flags_of
from pipegen.cli.results import ResultFiles, step_summary_file
from pipegen.cli.run import Wishes, start
from pipegen.cli.standalone import WatchRequest, run_standalone
from pipegen.config import load_settings
from pipegen.errors import SettingsError


def dashboard(
    port: Annotated[int | None, typer.Option("--port", help="Port of the dashboard. Default 3000.")] = None,
    standalone: Annotated[
        bool,
        typer.Option("--standalone", help="Watch services that PipeGen did not start; starts and sends nothing."),
    ] = False,
    pipeline: Annotated[
        list[str] | None,
        typer.Option(
            "--pipeline",
            help="With --standalone: a pipeline to watch, as NAME=input:output:job; may be given several times.",
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="With --standalone: a consumer group to follow; may be given several times."),
    ] = None,
    messages: Annotated[
        bool,
        typer.Option(
            "--messages",
            help="With --standalone: show some of the newest records of each pipeline's topics, decoded, without the "
            "fields of dashboard.redact_fields.",
        ),
    ] = False,
    aggregate_ports: Annotated[
        str | None,
        typer.Option("--aggregate-ports", help="Follow the dashboards on these ports of this machine, like 3001,3002."),
    ] = None,
    aggregate: Annotated[
        list[str] | None,
        typer.Option("--aggregate", help="Follow the dashboard at this address; may be given several times."),
    ] = None,
    dashboard_token: options.DashboardToken = None,
    insecure: options.Insecure = False,
    open_browser: options.OpenBrowser = None,
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
    threshold: options.Thresholds = None,
    strict: options.Strict = None,
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
) -> None:
    """Run the pipeline with the live dashboard; the same as `pipegen run --dashboard`.

    With --standalone it runs nothing and watches services that are there.
    With --aggregate-ports or --aggregate it runs nothing and shows several running dashboards together.
    """
    flags = flags_of(locals())
    addresses = aggregate_addresses(aggregate_ports, aggregate or [])
    if addresses:
        settings = load_settings(
            project_dir=project_dir,
            flags={"dashboard.port": port},
            environ=os.environ,
            config_file=config,
            home=Path.home(),
        ).settings.dashboard
        serving = run_aggregate(
            addresses, settings, token=dashboard_token or None, insecure=insecure, open_browser=open_browser
        )
        raise typer.Exit(asyncio.run(serving))
    if standalone:
        resolved = load_settings(
            project_dir=project_dir,
            flags=flags,
            flag_names=FLAG_NAMES,
            environ=os.environ,
            config_file=config,
            home=Path.home(),
        )
        watching = run_standalone(
            WatchRequest(
                settings=resolved.settings,
                sources=resolved.sources,
                pipelines=pipeline or [],
                groups=group or [],
                messages=messages,
                token=dashboard_token or None,
                insecure=insecure,
                open_browser=open_browser,
            )
        )
        raise typer.Exit(asyncio.run(watching))
    if pipeline or group or messages:
        raise SettingsError("--pipeline, --group and --messages go with --standalone", remedy="Add --standalone.")
    start(
        Wishes(
            flags=flags,
            project_dir=project_dir,
            config=config,
            dashboard=True,
            dashboard_token=dashboard_token,
            insecure=insecure,
            open_browser=open_browser,
            files=ResultFiles(summary_json, junit, step_summary_file(os.environ)),
            keep=keep,
            show_config=show_config,
        )
    )
