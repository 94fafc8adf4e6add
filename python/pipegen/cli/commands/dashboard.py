"""``pipegen dashboard``: the run with its dashboard, or the dashboard over what runs already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example, HelpAll
from pipegen.cli.flags import flags_of
from pipegen.errors import SettingsError

_OTHERS = "Running services and dashboards"


def dashboard(
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="PORT", help="Port of the dashboard. Default 3000.", rich_help_panel=options.RESULTS
        ),
    ] = None,
    standalone: Annotated[
        bool,
        typer.Option(
            "--standalone",
            help="Watch services that PipeGen did not start; starts and sends nothing.",
            rich_help_panel=_OTHERS,
        ),
    ] = False,
    pipeline: Annotated[
        list[str] | None,
        typer.Option(
            "--pipeline",
            metavar="NAME=in:out:job",
            help="With --standalone: a pipeline to watch, with its input topic, output topic and Flink job. Repeat it "
            "for more.",
            rich_help_panel=_OTHERS,
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="GROUP",
            help="With --standalone: a consumer group to follow. Repeat it for more.",
            rich_help_panel=_OTHERS,
        ),
    ] = None,
    messages: Annotated[
        bool,
        typer.Option(
            "--messages",
            help="With --standalone: show some of the newest records of each pipeline's topics, decoded, without the "
            "fields of dashboard.redact_fields.",
            rich_help_panel=_OTHERS,
        ),
    ] = False,
    aggregate_ports: Annotated[
        str | None,
        typer.Option(
            "--aggregate-ports",
            metavar="PORT,PORT",
            help="Show the dashboards on these ports of this machine together, like 3001,3002.",
            rich_help_panel=_OTHERS,
        ),
    ] = None,
    aggregate: Annotated[
        list[str] | None,
        typer.Option(
            "--aggregate",
            metavar="URL",
            help="Show the dashboard at this address together with others. Repeat it for more.",
            rich_help_panel=_OTHERS,
        ),
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
    help_all: HelpAll = False,
) -> None:
    """Run the pipeline with the live dashboard, or watch running services.

    Without --standalone and --aggregate it is the same as `pipegen run --dashboard`. With --standalone it runs nothing
    and watches services that are there. With --aggregate-ports or --aggregate it runs nothing and shows several running
    dashboards together.
    """
    flags = flags_of(locals())
    from pipegen.cli.aggregate import aggregate_addresses, serve_aggregate
    from pipegen.cli.results import result_files
    from pipegen.cli.run import Wishes, start
    from pipegen.cli.standalone import watch_services

    wishes = Wishes(
        flags=flags,
        project_dir=project_dir,
        config=config,
        dashboard=True,
        dashboard_token=dashboard_token,
        insecure=insecure,
        open_browser=open_browser,
        files=result_files(summary_json, junit),
        keep=keep,
        show_config=show_config,
    )
    addresses = aggregate_addresses(aggregate_ports, aggregate or [])
    if addresses:
        raise typer.Exit(serve_aggregate(addresses, wishes, port=port))
    if standalone:
        raise typer.Exit(watch_services(wishes, pipelines=pipeline or [], groups=group or [], messages=messages))
    if pipeline or group or messages:
        raise SettingsError("--pipeline, --group and --messages go with --standalone", remedy="Add --standalone.")
    start(wishes)


DECLARATION = Declaration(
    dashboard,
    most_used=(
        "project_dir",
        "port",
        "message_rate",
        "duration",
        "traffic_pattern",
        "threshold",
        "stack",
        "bootstrap_servers",
        "standalone",
        "aggregate_ports",
    ),
    examples=(
        Example("pipegen dashboard --project-dir orders", "Run the project in ./orders and watch it:"),
        Example(
            "pipegen dashboard --standalone --pipeline orders=in:out:job",
            "Watch a pipeline that runs already, without sending anything:",
        ),
    ),
)
