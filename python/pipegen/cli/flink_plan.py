"""What Flink says of a project's SQL: asked in a planning session, and shown as a topology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.tables import print_table
from pipegen.config import ResolvedSettings, Settings
from pipegen.interrupts import run_interruptible
from pipegen.planner import ScriptPlan, plan_script
from pipegen.project import pipeline_name, sql_paths
from pipegen.project.plan.splitter import split_files
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import JoinKey, Latency, Origin, Output, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.run.connect import running_stack
from pipegen.run.names import RunNames, names_for, sql_variables
from pipegen.run.replaced import stand_in_rules
from pipegen.services.http_access import http_access
from pipegen.services.sql_gateway import SqlGatewayClient

_RUN_ID = "RUN_ID"  # what a run puts there is not known yet
_CHANGES = {"I": "insert", "UB": "update before", "UA": "update after", "D": "delete"}


def plan_project(project_dir: Path, resolved: ResolvedSettings) -> ScriptPlan:
    """Asks Flink what the SQL of a project means; a SQL gateway alone is enough.

    Raises:
        ProjectError: when the SQL files cannot be read.
        FlinkError: when the SQL gateway does not answer.
    """
    settings = resolved.settings
    statements = split_files(sql_paths(project_dir, settings))
    stack = running_stack(resolved.sources)
    variables = sql_variables(
        names_while_planning(project_dir, settings),
        bootstrap_servers=stack.bootstrap_servers if stack else settings.bootstrap_servers,
        schema_registry_url=stack.schema_registry_url if stack else settings.schema_registry_url,
        data_file=(project_dir / settings.feed.file).absolute() if settings.feed.file else None,
        kafka=settings.kafka.security,
        registry=settings.schema_registry.security,
    )

    async def ask() -> ScriptPlan:
        access = http_access(settings.sql_gateway.security, section="sql_gateway", proxy=settings.proxy)
        gateway = SqlGatewayClient(stack.sql_gateway_url if stack else settings.sql_gateway_url, access=access)
        try:
            await gateway.version()
            return await plan_script(statements, gateway, variables=variables, replaced=stand_in_rules(settings))
        finally:
            await gateway.close()

    return run_interruptible(ask())


def names_while_planning(project_dir: Path, settings: Settings) -> RunNames:
    """The names of a run that has no id."""
    return names_for(_RUN_ID, pipeline_name(project_dir, settings), settings)


def show_topology(topology: Topology, console: Console) -> None:
    """Prints what is read and written, what becomes of records on the way, and what is compared in joins."""
    _print(
        "tables",
        ("role", "name", "connector", "format", "topic"),
        [
            *(("input", each.name, *_facts(each.tables)) for each in topology.inputs),
            *(("inner", each.name, *_facts(each.tables)) for each in topology.inner),
            *(("output", each.name, *_facts(each.tables)) for each in topology.outputs),
            *(
                (" and ".join(_roles(each.read, each.written)), each.name, *_facts((each.table,)))
                for each in topology.others
            ),
        ],
        console,
    )
    _print("paths", ("from", "to", "shape", "because of", "latency by"), map(_path, topology.paths), console)
    _print("joins", ("left", "right"), map(_join, topology.join_keys), console)
    for output in topology.outputs:
        if output.rewritten:
            kinds = ", ".join(_CHANGES[change] for change in output.changes)
            console.print(f"Rows of {output.name} are updated or retracted: {kinds}.")
    for path in topology.paths:
        if path.latency.way is None:
            _explain(path, console)


def _print(title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]], console: Console) -> None:
    filled = list(rows)
    if not filled:
        return
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in filled:
        table.add_row(*(Text(cell) for cell in row))
    print_table(table, console)
    console.print()


def _facts(tables: Sequence[FlinkTable]) -> tuple[str, str, str]:
    if not tables:
        return "query", "", ""
    table = tables[0]
    topic = ", ".join(table.topics) or (table.topic_pattern or "")
    return table.own_connector, table.format or "", topic


def _roles(read: bool, written: bool) -> list[str]:
    return [role for role, holds in (("read", read), ("written", written)) if holds]


def _path(path: Way) -> tuple[str, ...]:
    steps = ", ".join(dict.fromkeys(step.what for step in path.steps))
    through = f" through {', '.join(path.via)}" if path.via else ""
    return path.input, path.output + through, path.shape, steps, path.latency.way or "not measurable"


def _join(key: JoinKey) -> tuple[str, str]:
    return _side(key.left), _side(key.right)


def _side(origins: Iterable[Origin]) -> str:
    names = sorted({f"{origin.input}.{origin.column}" for origin in origins})
    computed = any(origin.how == "derived" for origin in origins)
    return ", ".join(names) + (" (computed)" if computed else "")


def _explain(path: Way, console: Console) -> None:
    """Why latency cannot be measured, where, and what to do."""
    console.print(f"{path.place}: {path.input} → {path.output}: latency not measurable: {path.latency.reason}")
    if path.latency.remedy:
        console.print(Text.assemble(("  → ", "bold"), path.latency.remedy))


def topology_json(topology: Topology) -> dict[str, object]:
    """The topology as JSON; options of tables are left out, since secrets may stand in them."""
    return {
        "inputs": [
            {
                "name": each.name,
                "topics": each.topics,
                "versioned": each.versioned,
                "columns": [{"name": column.name, "type": column.type, "kind": column.kind} for column in each.columns],
            }
            for each in topology.inputs
        ],
        "inner": [{"name": each.name, "topics": each.topics} for each in topology.inner],
        "outputs": [_output_json(each) for each in topology.outputs],
        "others": [
            {"name": each.name, "connector": each.table.connector, "read": each.read, "written": each.written}
            for each in topology.others
        ],
        "join_keys": [
            {"left": _origins_json(key.left), "right": _origins_json(key.right), "place": str(key.place)}
            for key in topology.join_keys
        ],
    }


def _output_json(output: Output) -> Mapping[str, object]:
    return {
        "name": output.name,
        "kind": output.kind,
        "topics": output.topics,
        "changes": output.changes,
        "place": str(output.place),
        "columns": [
            {"name": column.name, "metadata": column.metadata, "origins": _origins_json(column.origins)}
            for column in output.columns
        ],
        "paths": [
            {
                "input": path.input,
                "shape": path.shape,
                "steps": [step.what for step in path.steps],
                "through": path.via,
                "latency": _latency_json(path.latency),
                "place": str(path.place),
            }
            for path in output.paths
        ],
    }


def _latency_json(latency: Latency) -> Mapping[str, object]:
    return {"by": latency.way, "reason": latency.reason, "remedy": latency.remedy}


def _origins_json(origins: Iterable[Origin]) -> list[Mapping[str, object]]:
    ordered = sorted(origins, key=lambda origin: (origin.input, origin.column, origin.how))
    return [
        {"input": each.input, "column": each.column, "metadata": each.metadata, "how": each.how} for each in ordered
    ]
