"""``pipegen dashboard``: the run with its dashboard, or the dashboard over what runs already."""

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
    access: AccessOptions = AccessOptions(),
    load: LoadOptions = LoadOptions(),
    verdict: VerdictOptions = VerdictOptions(),
    results: ResultOptions = ResultOptions(),
    project: RunProjectOptions = RunProjectOptions(),
    services: ServiceOptions = ServiceOptions(),
) -> None:
    """Run the pipeline with the live dashboard, or watch running services.

    Without --standalone and --aggregate it is the same as `pipegen run --dashboard`. With --standalone it runs nothing
    and watches services that are there. With --aggregate-ports or --aggregate it runs nothing and shows several running
    dashboards together.
    """
    from pipegen.cli.aggregate import aggregate_addresses, show_aggregate
    from pipegen.cli.run import RunOptions, start
    from pipegen.cli.standalone import watch_services
    from pipegen.session.results import result_files

    addresses = aggregate_addresses(aggregate_ports, aggregate or [])
    if addresses:
        show_aggregate(addresses, project, access.access(), port=port)
        return
    flags = flags_of(load, verdict, results, project, services, port=port)
    if standalone:
        watch_services(project, flags, access.access(), pipelines=pipeline or [], groups=group or [], messages=messages)
        return
    if pipeline or group or messages:
        raise SettingsError("--pipeline, --group and --messages go with --standalone", remedy="Add --standalone.")
    start(
        RunOptions(
            project=project,
            flags=flags,
            files=result_files(results.summary_json, results.junit),
            dashboard=access.access(),
            keep=results.keep,
            show_config=project.show_config,
        )
    )


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
