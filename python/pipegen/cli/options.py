"""Options that several commands share: one declaration, one name, one help text each.

An option that was not given is None: then the environment, the YAML files and the defaults decide.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from pipegen.choices import ArrivalKind, SenderChoice, StackKind

LOAD = "Load"
PROJECT = "Project"
RESULTS = "Dashboard and results"
SERVICES = "Services"
VERDICT = "Verdict"

OutputFormat = Literal["table", "json"]


def one_of(choices: Any) -> str:
    """The placeholder of an option that takes one of a few words."""
    return "|".join(get_args(choices))


MessageRate = Annotated[
    float | None,
    typer.Option(
        "--message-rate", metavar="RATE", help="Base rate, messages per second. Default 100.", rich_help_panel=LOAD
    ),
]
DurationText = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help="How long to send: 30s, 10m. Default 30s.", rich_help_panel=LOAD),
]
TrafficPattern = Annotated[
    str | None,
    typer.Option(
        "--traffic-pattern",
        metavar="PATTERN",
        help='Load shape over time, like "2m-4m:400%,6m-8m:300%".',
        rich_help_panel=LOAD,
    ),
]
Arrivals = Annotated[
    ArrivalKind | None,
    typer.Option(
        "--arrivals",
        metavar=one_of(ArrivalKind),
        help="uniform: records evenly spaced; poisson: at random along the same curve, decided by the seed. "
        "Default uniform.",
        rich_help_panel=LOAD,
    ),
]
CatchUp = Annotated[
    bool | None,
    typer.Option(
        "--catch-up/--no-catch-up",
        help="Send overdue records late, or skip them. Either way they are counted. Default: send.",
        rich_help_panel=LOAD,
    ),
]
Speed = Annotated[
    float | None,
    typer.Option(
        "--speed",
        "--feed-speed",
        metavar="N",
        help="Send the rows of the data file at their own times (feed.time_column), N times faster.",
        rich_help_panel=LOAD,
    ),
]
Loop = Annotated[
    bool | None,
    typer.Option(
        "--feed-loop/--no-feed-loop",
        help="Start the data file again after its last row, or end the load there. Default: again.",
        rich_help_panel=LOAD,
    ),
]
Producers = Annotated[
    int | None,
    typer.Option(
        "--producers",
        metavar="N",
        help="Sending processes that share the plan, for rates above what one core can send. Default 1.",
        rich_help_panel=LOAD,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        min=0,
        help="Seed of records and random arrivals: the same seed gives the same bytes. Default 42.",
        rich_help_panel=LOAD,
    ),
]
Sender = Annotated[
    SenderChoice | None,
    typer.Option(
        "--sender",
        metavar=one_of(SenderChoice),
        help="What sends: native, a compiled loop; python, slower; auto, native where available. Default auto.",
        rich_help_panel=LOAD,
    ),
]
ExpectedMessages = Annotated[
    int | None,
    typer.Option(
        "--expected-messages",
        metavar="N",
        help="Output records to wait for at the end. One-to-one pipelines need none: their number is known.",
        rich_help_panel=LOAD,
    ),
]
PipelineTimeout = Annotated[
    str | None,
    typer.Option(
        "--pipeline-timeout",
        metavar="TIME",
        help="Longest wait for the pipeline to become ready, and for its last records. Default 5m.",
        rich_help_panel=LOAD,
    ),
]
InspectInput = Annotated[
    bool | None,
    typer.Option(
        "--inspect-input/--no-inspect-input",
        help="Read the input topic back as well and check every value in it. Default: only the output.",
        rich_help_panel=LOAD,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the plan by phase and send nothing.", rich_help_panel=LOAD)
]
ProjectDir = Annotated[
    Path,
    typer.Option(
        "--project-dir",
        metavar="DIR",
        help="Folder of the project. Default: the current folder.",
        rich_help_panel=PROJECT,
        show_default=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="A YAML file to read instead of the project's .pipegen.yaml.",
        rich_help_panel=PROJECT,
    ),
]
Cleanup = Annotated[
    bool | None,
    typer.Option(
        "--cleanup/--no-cleanup",
        help="Delete topics, subjects and job at the end, and stop a stack that this run started. Default: delete.",
        rich_help_panel=PROJECT,
    ),
]
ShowConfig = Annotated[
    bool,
    typer.Option("--show-config", help="Show every setting and where its value comes from.", rich_help_panel=PROJECT),
]
BootstrapServers = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        metavar="HOST:PORT",
        help="Kafka brokers, separated by commas.",
        rich_help_panel=SERVICES,
    ),
]
FlinkUrl = Annotated[
    str | None,
    typer.Option("--flink-url", metavar="URL", help="Flink's JobManager REST API.", rich_help_panel=SERVICES),
]
SqlGatewayUrl = Annotated[
    str | None,
    typer.Option("--sql-gateway-url", metavar="URL", help="Flink's SQL gateway.", rich_help_panel=SERVICES),
]
SchemaRegistryUrl = Annotated[
    str | None,
    typer.Option(
        "--schema-registry-url", metavar="URL", help="Schema registry (Confluent API).", rich_help_panel=SERVICES
    ),
]
Stack = Annotated[
    StackKind | None,
    typer.Option(
        "--stack",
        metavar=one_of(StackKind),
        help="Where the services come from. auto: those you name, else a running stack, else one started for this run.",
        rich_help_panel=SERVICES,
    ),
]
DashboardPort = Annotated[
    int | None,
    typer.Option(
        "--dashboard-port",
        metavar="PORT",
        help="Port of the dashboard, 0 for any free one; implies --dashboard. Default 3000.",
        rich_help_panel=RESULTS,
    ),
]
DashboardToken = Annotated[
    str | None,
    typer.Option(
        "--dashboard-token",
        metavar="SECRET",
        envvar="PIPEGEN_DASHBOARD_TOKEN",
        show_envvar=False,
        help="Secret that viewers must give; needed when dashboard.host is not this machine alone. "
        "Better in PIPEGEN_DASHBOARD_TOKEN: other users can see flags.",
        rich_help_panel=RESULTS,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure", help="Show the dashboard to everyone who can reach its address.", rich_help_panel=RESULTS
    ),
]
OpenBrowser = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open the dashboard in a browser. Default: at a terminal, but never in CI.",
        rich_help_panel=RESULTS,
    ),
]
GenerateReport = Annotated[
    bool | None,
    typer.Option(
        "--generate-report/--no-generate-report",
        help="Write an HTML report when the run ends. Default: write one.",
        rich_help_panel=RESULTS,
    ),
]
ReportsDir = Annotated[
    Path | None,
    typer.Option(
        "--reports-dir",
        metavar="DIR",
        help="Folder for reports. Default: reports/ in the project.",
        rich_help_panel=RESULTS,
    ),
]
RunsDir = Annotated[
    Path | None,
    typer.Option(
        "--runs-dir",
        metavar="DIR",
        help="Folder for recordings of runs. Default: runs/ in the project.",
        rich_help_panel=RESULTS,
    ),
]
Keep = Annotated[
    int | None,
    typer.Option(
        "--keep",
        metavar="N",
        min=1,
        help="Keep this many recordings after the run and delete older ones. Default: keep all.",
        rich_help_panel=RESULTS,
    ),
]
SummaryJson = Annotated[
    Path | None,
    typer.Option(
        "--summary-json", metavar="FILE", help="Write the run's summary to this file.", rich_help_panel=RESULTS
    ),
]
OtlpEndpoint = Annotated[
    str | None,
    typer.Option(
        "--otlp-endpoint",
        metavar="URL",
        help="Push the figures to this OTLP receiver over HTTP, like http://127.0.0.1:4318. Needs the extra otel.",
        rich_help_panel=RESULTS,
    ),
]
Junit = Annotated[
    Path | None,
    typer.Option(
        "--junit", metavar="FILE", help="Write a test report to this file, as JUnit XML.", rich_help_panel=VERDICT
    ),
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold",
        metavar="EXPRESSION",
        help='A condition the run must meet, like "error_rate<1%" or "end_to_end.p99<250ms during peak1". '
        "Repeat it for more. Exit code 99 when one fails.",
        rich_help_panel=VERDICT,
    ),
]
Strict = Annotated[
    bool | None,
    typer.Option(
        "--strict/--no-strict",
        help="End with exit code 100 when the figures are invalid, even without thresholds. Default: no.",
        rich_help_panel=VERDICT,
    ),
]
ListMetrics = Annotated[
    bool,
    typer.Option("--list-metrics", help="List the metrics that thresholds can name.", rich_help_panel=VERDICT),
]
Run = Annotated[str, typer.Argument(help="A run: its id, its folder, or last.", metavar="RUN")]
