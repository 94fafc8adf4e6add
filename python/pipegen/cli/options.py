"""Options that several commands share: one declaration, one name, one help text each.

An option that was not given is None: then the environment, the YAML files and the defaults decide.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.config.settings import ArrivalKind, SenderChoice, StackKind

_LOAD = "Load"
_SERVICES = "Services"
_OUTPUT = "Dashboard and results"
_PROJECT = "Project"
_VERDICT = "Verdict"

MessageRate = Annotated[
    float | None,
    typer.Option("--message-rate", help="Base rate in messages per second. Default 100.", rich_help_panel=_LOAD),
]
DurationText = Annotated[
    str | None,
    typer.Option("--duration", help="How long to send, like 30s or 10m. Default 30s.", rich_help_panel=_LOAD),
]
TrafficPattern = Annotated[
    str | None,
    typer.Option(
        "--traffic-pattern", help='Load shape over time, like "2m-4m:400%,6m-8m:300%".', rich_help_panel=_LOAD
    ),
]
Arrivals = Annotated[
    ArrivalKind | None,
    typer.Option(
        "--arrivals",
        help="uniform: records evenly spaced; poisson: at random along the same curve, decided by the seed.",
        rich_help_panel=_LOAD,
    ),
]
CatchUp = Annotated[
    bool | None,
    typer.Option(
        "--catch-up/--no-catch-up",
        help="Send overdue records late, or skip them. Either way they are counted. Default: send.",
        rich_help_panel=_LOAD,
    ),
]
Speed = Annotated[
    float | None,
    typer.Option(
        "--speed",
        "--feed-speed",
        help="Send the rows of the data file at their own times (feed.time_column), N times faster.",
        rich_help_panel=_LOAD,
    ),
]
Loop = Annotated[
    bool | None,
    typer.Option(
        "--feed-loop/--no-feed-loop",
        help="Begin the data file again after its last row, or end the load there. Default: again.",
        rich_help_panel=_LOAD,
    ),
]
Producers = Annotated[
    int | None,
    typer.Option(
        "--producers",
        help="Sending processes that share the plan, for rates above what one core can send. Default 1.",
        rich_help_panel=_LOAD,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        help="Seed of records and random arrivals: the same one gives the same bytes. Default 42.",
        rich_help_panel=_LOAD,
    ),
]
Sender = Annotated[
    SenderChoice | None,
    typer.Option(
        "--sender",
        help="What sends: native, a compiled loop; python, slower; auto, native where it can be had. Default auto.",
        rich_help_panel=_LOAD,
    ),
]
ExpectedMessages = Annotated[
    int | None,
    typer.Option(
        "--expected-messages",
        help="Output records to wait for at the end; known by itself for one-to-one pipelines.",
        rich_help_panel=_LOAD,
    ),
]
PipelineTimeout = Annotated[
    str | None,
    typer.Option(
        "--pipeline-timeout",
        help="Longest wait for the pipeline to get ready, and for its last records. Default 5m.",
        rich_help_panel=_LOAD,
    ),
]
InspectInput = Annotated[
    bool | None,
    typer.Option(
        "--inspect-input/--no-inspect-input",
        help="Read the input topic back as well and check every value in it. Default: only the output.",
        rich_help_panel=_LOAD,
    ),
]
ProjectDir = Annotated[
    Path, typer.Option("--project-dir", help="Folder of the project.", rich_help_panel=_PROJECT, show_default="here")
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", help="A YAML file to read instead of the project's .pipegen.yaml.", rich_help_panel=_PROJECT
    ),
]
Cleanup = Annotated[
    bool | None,
    typer.Option(
        "--cleanup/--no-cleanup",
        help="Delete topics, subjects and job at the end, and stop a stack that this run started. Default: delete.",
        rich_help_panel=_PROJECT,
    ),
]
BootstrapServers = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", help="Kafka brokers, host:port,…", rich_help_panel=_SERVICES),
]
FlinkUrl = Annotated[
    str | None, typer.Option("--flink-url", help="Flink's JobManager REST API.", rich_help_panel=_SERVICES)
]
SqlGatewayUrl = Annotated[
    str | None, typer.Option("--sql-gateway-url", help="Flink's SQL gateway.", rich_help_panel=_SERVICES)
]
SchemaRegistryUrl = Annotated[
    str | None,
    typer.Option("--schema-registry-url", help="Schema registry (Confluent API).", rich_help_panel=_SERVICES),
]
Stack = Annotated[
    StackKind | None,
    typer.Option(
        "--stack",
        help="Where the services come from. auto: those you name, else a running stack, else one started for this run.",
        rich_help_panel=_SERVICES,
    ),
]
DashboardPort = Annotated[
    int | None,
    typer.Option(
        "--dashboard-port",
        help="Port of the dashboard, 0 for any free one; implies --dashboard. Default 3000.",
        rich_help_panel=_OUTPUT,
    ),
]
DashboardToken = Annotated[
    str | None,
    typer.Option(
        "--dashboard-token",
        envvar="PIPEGEN_DASHBOARD_TOKEN",
        show_envvar=False,
        help="Secret that viewers must give; needed when dashboard.host is not this machine alone. "
        "Better in PIPEGEN_DASHBOARD_TOKEN: other users can see flags.",
        rich_help_panel=_OUTPUT,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option("--insecure", help="Let everyone see the dashboard who reaches its address.", rich_help_panel=_OUTPUT),
]
OpenBrowser = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open the dashboard in a browser. Default: at a terminal, but never in CI.",
        rich_help_panel=_OUTPUT,
    ),
]
GenerateReport = Annotated[
    bool | None,
    typer.Option(
        "--generate-report/--no-generate-report",
        help="Write an HTML report when the run ends. Default: write one.",
        rich_help_panel=_OUTPUT,
    ),
]
ReportsDir = Annotated[
    Path | None,
    typer.Option(
        "--reports-dir", help="Folder for reports. Default: reports/ in the project.", rich_help_panel=_OUTPUT
    ),
]
RunsDir = Annotated[
    Path | None,
    typer.Option(
        "--runs-dir", help="Folder for recordings of runs. Default: runs/ in the project.", rich_help_panel=_OUTPUT
    ),
]
Keep = Annotated[
    int | None,
    typer.Option(
        "--keep",
        min=1,
        help="After the run keep this many recordings and delete older ones. Default: keep all.",
        rich_help_panel=_OUTPUT,
    ),
]
SummaryJson = Annotated[
    Path | None,
    typer.Option("--summary-json", help="Write the run's summary to this file.", rich_help_panel=_OUTPUT),
]
OtlpEndpoint = Annotated[
    str | None,
    typer.Option(
        "--otlp-endpoint",
        help="Push the figures to this OTLP receiver over HTTP, like http://127.0.0.1:4318. Needs the extra otel.",
        rich_help_panel=_OUTPUT,
    ),
]
Junit = Annotated[
    Path | None,
    typer.Option("--junit", help="Write a test report to this file, as JUnit XML.", rich_help_panel=_VERDICT),
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold",
        metavar="EXPRESSION",
        help='What the run has to keep, like "error_rate<1%" or "end_to_end.p99<250ms during peak1"; may be given '
        "several times. Exit code 99 when one fails.",
        rich_help_panel=_VERDICT,
    ),
]
Strict = Annotated[
    bool | None,
    typer.Option(
        "--strict/--no-strict",
        help="End with exit code 100 when the figures are invalid, even without thresholds. Default: no.",
        rich_help_panel=_VERDICT,
    ),
]
ListMetrics = Annotated[
    bool,
    typer.Option("--list-metrics", help="List what thresholds can be set on.", rich_help_panel=_VERDICT),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the plan, phase by phase, and send nothing.", rich_help_panel=_LOAD)
]
ShowConfig = Annotated[
    bool,
    typer.Option("--show-config", help="Show every setting and where its value comes from.", rich_help_panel=_PROJECT),
]
