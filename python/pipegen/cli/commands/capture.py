"""``pipegen capture``: keeps records of topics in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli.command import Declaration, Example
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import BootstrapServers, ProjectOptions, SchemaRegistryUrl


def capture(
    topics: Annotated[list[str], typer.Argument(metavar="TOPIC...", help="Topics to read.", show_default=False)],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file to write, an Avro container.", show_default=False
        ),
    ],
    last: Annotated[
        str | None, typer.Option("--last", metavar="TIME", help="Records since so long ago: 30s, 10m, 2h.")
    ] = None,
    offsets: Annotated[
        str | None,
        typer.Option(
            "--offsets",
            metavar="FROM..TO",
            help="These offsets of each partition, TO not included: 100..200, 100.. or ..200.",
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("--count", "-n", metavar="N", min=1, help="At most so many records: the newest of the range."),
    ] = None,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Keep values as the bytes that they are. Default: decoded by the schema registry."),
    ] = False,
    mask: Annotated[
        list[str] | None,
        typer.Option(
            "--mask",
            metavar="FIELD,...",
            help="Replace the values of these fields, at any depth, before anything is written: the same value always "
            "becomes the same other one. May be given several times.",
        ),
    ] = None,
    mask_key: Annotated[bool, typer.Option("--mask-key", help="Replace the whole key of each record as well.")] = False,
    mask_seed: Annotated[
        str | None,
        typer.Option(
            "--mask-seed",
            metavar="SECRET",
            envvar="PIPEGEN_MASK_SEED",
            show_envvar=False,
            help="Decides what values become. Default: the project's pipeline.seed, which is no secret. "
            "Better in PIPEGEN_MASK_SEED: other users can see flags.",
        ),
    ] = None,
    project: ProjectOptions = ProjectOptions(),
    bootstrap_servers: BootstrapServers = None,
    schema_registry_url: SchemaRegistryUrl = None,
) -> None:
    """Keep records of topics in a file, which a run can send again.

    The file has the key, value, headers, timestamp, partition and offset of each record, in the order of their times.
    Only committed records are read. No offset is committed and no topic is changed. Ctrl-C leaves no file.
    """
    from pipegen.cli.capture import CaptureOptions, capture_records

    flags = flags_of(bootstrap_servers=bootstrap_servers, schema_registry_url=schema_registry_url)
    wanted = CaptureOptions(
        topics=topics,
        output=output,
        last=last,
        offsets=offsets,
        count=count,
        raw=raw,
        mask=mask or [],
        mask_key=mask_key,
        mask_seed=mask_seed,
    )
    capture_records(project, flags, wanted)


DECLARATION = Declaration(
    capture,
    examples=(
        Example("pipegen capture orders --last 10m -o orders.avro", "The orders of the last ten minutes:"),
        Example(
            "pipegen capture orders payments --count 10000 --mask email,name -o shop.avro",
            "The newest 10 000 records of two topics, without names:",
        ),
    ),
)
