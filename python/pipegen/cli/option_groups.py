"""Groups of options that several commands share, and which a command takes as one value.

An option that was not given is None: then the environment, the YAML files and the defaults decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pipegen.choices import ArrivalKind, SenderChoice, StackKind
from pipegen.cli import options
from pipegen.cli.options import LOAD, PROJECT, RESULTS, SERVICES, VERDICT, one_of
from pipegen.session.access import DashboardAccess


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What is sent, when and by what."""

    message_rate: Annotated[
        float | None,
        typer.Option(
            "--message-rate", metavar="RATE", help="Base rate, messages per second. Default 100.", rich_help_panel=LOAD
        ),
    ] = None
    duration: Annotated[
        str | None,
        typer.Option(
            "--duration", metavar="TIME", help="How long to send: 30s, 10m. Default 30s.", rich_help_panel=LOAD
        ),
    ] = None
    traffic_pattern: Annotated[
        str | None,
        typer.Option(
            "--traffic-pattern",
            metavar="PATTERN",
            help='Load shape over time, like "2m-4m:400%,6m-8m:300%".',
            rich_help_panel=LOAD,
        ),
    ] = None
    arrivals: Annotated[
        ArrivalKind | None,
        typer.Option(
            "--arrivals",
            metavar=one_of(ArrivalKind),
            help="uniform: records evenly spaced; poisson: at random along the same curve, decided by the seed. "
            "Default uniform.",
            rich_help_panel=LOAD,
        ),
    ] = None
    catch_up: Annotated[
        bool | None,
        typer.Option(
            "--catch-up/--no-catch-up",
            help="Send overdue records late, or skip them. Either way they are counted. Default: send.",
            rich_help_panel=LOAD,
        ),
    ] = None
    producers: options.Producers = None
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            help="Seed of records and random arrivals: the same seed gives the same bytes. Default 42.",
            rich_help_panel=LOAD,
        ),
    ] = None
    sender: Annotated[
        SenderChoice | None,
        typer.Option(
            "--sender",
            metavar=one_of(SenderChoice),
            help="What sends: native, a compiled loop; python, slower; auto, native where available. Default auto.",
            rich_help_panel=LOAD,
        ),
    ] = None
    expected_messages: Annotated[
        int | None,
        typer.Option(
            "--expected-messages",
            metavar="N",
            help="Output records to wait for at the end. One-to-one pipelines need none: their number is known. "
            "0: none may come out.",
            rich_help_panel=LOAD,
        ),
    ] = None
    pipeline_timeout: Annotated[
        str | None,
        typer.Option(
            "--pipeline-timeout",
            metavar="TIME",
            help="Longest wait for the pipeline to become ready, and for its last records. Default 5m.",
            rich_help_panel=LOAD,
        ),
    ] = None
    data_file: Annotated[
        Path | None,
        typer.Option(
            "--data-file",
            metavar="FILE",
            help="Send the rows of this file, such as one of `pipegen capture`, instead of generated records.",
            rich_help_panel=LOAD,
        ),
    ] = None
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            "--feed-speed",
            metavar="N",
            parser=options.read_speed,
            help="Send the rows of the data file at their own times (feed.time_column, or as they were captured), N "
            "times faster; 2 or 2x.",
            rich_help_panel=LOAD,
        ),
    ] = None
    feed_loop: Annotated[
        bool | None,
        typer.Option(
            "--feed-loop/--no-feed-loop",
            help="Start the data file again after its last row, or end the load there. Default: again.",
            rich_help_panel=LOAD,
        ),
    ] = None
    inspect_input: Annotated[
        bool | None,
        typer.Option(
            "--inspect-input/--no-inspect-input",
            help="Read the input topic back as well and check every value in it. Default: only the output.",
            rich_help_panel=LOAD,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class AccessOptions:
    """Who may see the dashboard, and what opens it."""

    dashboard_token: Annotated[
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
    ] = None
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure", help="Show the dashboard to everyone who can reach its address.", rich_help_panel=RESULTS
        ),
    ] = False
    open_browser: Annotated[
        bool | None,
        typer.Option(
            "--open/--no-open",
            help="Open the dashboard in a browser. Default: at a terminal, but never in CI.",
            rich_help_panel=RESULTS,
        ),
    ] = None

    def access(self) -> DashboardAccess:
        """The same as a session takes it; an empty token is none."""
        return DashboardAccess(self.dashboard_token or None, self.insecure, self.open_browser)


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """What the run is judged by."""

    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="EXPRESSION",
            help='A condition the run must meet, like "error_rate<1%" or "end_to_end.p99<250ms during peak1". '
            "Repeat it for more. Exit code 99 when one fails.",
            rich_help_panel=VERDICT,
        ),
    ] = None
    strict: Annotated[
        bool | None,
        typer.Option(
            "--strict/--no-strict",
            help="End with exit code 100 when the figures are invalid, even without thresholds. Default: no.",
            rich_help_panel=VERDICT,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class ResultOptions:
    """What a run leaves, and where."""

    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit", metavar="FILE", help="Write a test report to this file, as JUnit XML.", rich_help_panel=VERDICT
        ),
    ] = None
    otlp_endpoint: Annotated[
        str | None,
        typer.Option(
            "--otlp-endpoint",
            metavar="URL",
            help="Push the figures to this OTLP receiver over HTTP, like http://127.0.0.1:4318. Needs the extra otel.",
            rich_help_panel=RESULTS,
        ),
    ] = None
    summary_json: Annotated[
        Path | None,
        typer.Option(
            "--summary-json", metavar="FILE", help="Write the run's summary to this file.", rich_help_panel=RESULTS
        ),
    ] = None
    generate_report: Annotated[
        bool | None,
        typer.Option(
            "--generate-report/--no-generate-report",
            help="Write an HTML report when the run ends. Default: write one.",
            rich_help_panel=RESULTS,
        ),
    ] = None
    reports_dir: options.ReportsDir = None
    runs_dir: options.RunsDir = None
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            metavar="N",
            min=1,
            help="Keep this many recordings after the run and delete older ones. Default: keep all.",
            rich_help_panel=RESULTS,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """Which project, and which settings."""

    project_dir: options.ProjectDir = Path()
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="A YAML file to read instead of the project's .pipegen.yaml.",
            rich_help_panel=PROJECT,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class SqlOptions(ProjectOptions):
    """The same, or SQL files in place of a project."""

    sql: Annotated[
        list[Path] | None,
        typer.Option(
            "--sql",
            metavar="FILE",
            help="Take this Flink SQL as it is, without a project; several files in the order given.",
            rich_help_panel=PROJECT,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class LoadedProjectOptions(SqlOptions):
    """The same for what is put under load."""

    use_topics_as_written: Annotated[
        bool | None,
        typer.Option(
            "--use-topics-as-written",
            help="With --sql: send to, and let the jobs write to, the topics that the SQL names. By default a run has "
            "its own.",
            rich_help_panel=PROJECT,
        ),
    ] = None
    write_external: Annotated[
        list[str] | None,
        typer.Option(
            "--write-external",
            metavar="TABLE",
            help="Let the jobs write to this table of another connector. By default its rows go to a topic of the run.",
            rich_help_panel=PROJECT,
        ),
    ] = None
    feed: Annotated[
        list[str] | None,
        typer.Option(
            "--feed",
            metavar="TABLE",
            help="Feed this table of another connector, although Flink can read it.",
            rich_help_panel=PROJECT,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class RunProjectOptions(LoadedProjectOptions):
    """The same for a run."""

    cleanup: Annotated[
        bool | None,
        typer.Option(
            "--cleanup/--no-cleanup",
            help="Delete topics, subjects and job at the end, and stop a stack that this run started. Default: delete.",
            rich_help_panel=PROJECT,
        ),
    ] = None
    show_config: Annotated[
        bool,
        typer.Option(
            "--show-config", help="Show every setting and where its value comes from.", rich_help_panel=PROJECT
        ),
    ] = False


BootstrapServers = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        metavar="HOST:PORT",
        help="Kafka brokers, separated by commas.",
        rich_help_panel=SERVICES,
    ),
]
SchemaRegistryUrl = Annotated[
    str | None,
    typer.Option(
        "--schema-registry-url", metavar="URL", help="Schema registry (Confluent API).", rich_help_panel=SERVICES
    ),
]


@dataclass(frozen=True, slots=True)
class AddressOptions:
    """Where the services are."""

    bootstrap_servers: BootstrapServers = None
    flink_url: Annotated[
        str | None,
        typer.Option("--flink-url", metavar="URL", help="Flink's JobManager REST API.", rich_help_panel=SERVICES),
    ] = None
    sql_gateway_url: Annotated[
        str | None,
        typer.Option("--sql-gateway-url", metavar="URL", help="Flink's SQL gateway.", rich_help_panel=SERVICES),
    ] = None
    schema_registry_url: SchemaRegistryUrl = None


@dataclass(frozen=True, slots=True)
class ServiceOptions(AddressOptions):
    """Where the services are, or what starts them."""

    stack: Annotated[
        StackKind | None,
        typer.Option(
            "--stack",
            metavar=one_of(StackKind),
            help="Where the services come from. auto: those you name, else a running stack, else one started for this "
            "run.",
            rich_help_panel=SERVICES,
        ),
    ] = None
