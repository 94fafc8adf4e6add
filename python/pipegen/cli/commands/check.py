"""``pipegen check``: whether everything that a run needs is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration


def check(
    output_format: Annotated[
        options.OutputFormat,
        typer.Option("--format", metavar=options.one_of(options.OutputFormat), help="A table, or JSON."),
    ] = "table",
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
    bootstrap_servers: options.BootstrapServers = None,
    flink_url: options.FlinkUrl = None,
    sql_gateway_url: options.SqlGatewayUrl = None,
    schema_registry_url: options.SchemaRegistryUrl = None,
) -> None:
    """Check that Kafka, Flink, its SQL gateway, the registry, Java and disk are ready.

    Exit codes: 0 all well; 1 a warning; 2 something critical.
    """
    from pipegen.cli.check import check_services

    flags: dict[str, object] = {
        "bootstrap_servers": bootstrap_servers,
        "flink_url": flink_url,
        "sql_gateway_url": sql_gateway_url,
        "schema_registry_url": schema_registry_url,
    }
    raise typer.Exit(check_services(project_dir, config, flags, output_format))


DECLARATION = Declaration(check)
