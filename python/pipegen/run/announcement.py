"""What a run says beforehand: what it reads, writes, creates and may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipegen.config import Settings
from pipegen.project.flink_project import PlannedScript
from pipegen.project.inputs import JoinShare
from pipegen.project.plan.own_options import REGISTRY_FORMATS
from pipegen.project.plan.subjects import subjects_of
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Output, Topic, Topology
from pipegen.run.as_written import AsWritten, groups_of, registers_the_same
from pipegen.units import format_percent
from pipegen.urls import servers, without_credentials

SENT_FIRST: Final = (
    "batch: the load is sent first, then the job starts and reads it; latency still counts from the due time"
)


def told_of(project: PlannedScript) -> Sequence[str]:
    """What the run is about to do with the script's topics, in sentences."""
    topology = project.topology
    roles = _roles(topology)
    lines = [*told_of_inputs(project), *(_line(role, each) for role, parts in roles.items() for each in parts)]
    if project.sent_first:
        lines.append(SENT_FIRST)
    if project.as_written:
        sent = ", ".join(each.topic for each in project.inputs)
        written = ", ".join(_written_topics(topology))
        return [*lines, f"topics are used as written: the run sends records to {sent}, and its jobs write to {written}"]
    return [*lines, "topics, groups and subjects are the run's own: nothing of the script's own names is touched"]


def told_of_inputs(project: PlannedScript) -> list[str]:
    """What the run feeds to the inputs, and what was inferred for them, in sentences."""
    lines = [_line("input", (each.name, ", ".join(each.topics))) for each in project.topology.inputs]
    lines += [
        f"{each.name}: of the topics {', '.join(each.topics)}, only {each.topics[0]} receives records"
        for each in project.topology.inputs
        if len(each.topics) > 1
    ]
    lines += [
        f"input {name}: another producer feeds it (feed: false); PipeGen sends nothing" for name in project.unfed.names
    ]
    lines += list(_replaced(project.topology))
    lines += [f"{each.name}: {note}" for each in project.inputs if each.record for note in each.record.notes]
    return [*lines, *map(_join_line, project.joins)]


def told_of_as_written(project: PlannedScript, settings: Settings, found: AsWritten) -> Sequence[str]:
    """What becomes of what is there under the script's own names; warnings say so.

    Args:
        project: The script, whose topics are used as they are written.
        settings: Where the run's services are.
        found: What is there.
    """
    topology = project.topology
    used = dict.fromkeys((*(each.topic for each in project.inputs), *_written_topics(topology)))
    made = [topic for topic in used if topic not in found.topics]
    lines = [f"it creates, and deletes at its end, the topics {', '.join(made)}" if made else "it creates no topic"]
    # A record of an input has its schema registered by the run, one of any other topic by a job.
    subjects = dict.fromkeys(subject for table in _tables(topology) for subject in subjects_of(table))
    new = [subject for subject in subjects if subject not in found.schemas]
    if new:
        lines.append(f"it registers, and deletes at its end, the subjects {', '.join(new)}")
    changed = dict.fromkeys(_changed_subjects(topology, found))
    if changed:
        names = ", ".join(changed)
        lines.append(
            f"warning: its jobs may register a new version of {names}, where another schema is, and fail if the"
            " registry refuses it"
        )
    if groups := sorted(groups_of(topology)):
        lines.append(f"its jobs commit offsets of the groups that the script names: {', '.join(groups)}")
    prefixes = (table.option("sink.transactional-id-prefix") for table in _tables(topology))
    if told := list(dict.fromkeys(prefix for prefix in prefixes if prefix)):
        lines.append(
            f"warning: its jobs take over transactional ids that begin with {', '.join(told)}: a job that uses them"
            " now fails"
        )
    return [*lines, *_elsewhere(topology, settings)]


def _changed_subjects(topology: Topology, found: AsWritten) -> Iterable[str]:
    """Subjects that exist and that a job writes to with a schema that may be another one."""
    parts: tuple[Topic | Output, ...] = (*topology.inner, *topology.outputs)
    for part in parts:
        for table in part.tables:
            for subject in subjects_of(table):
                text = found.schemas.get(subject)
                if text is None:
                    continue
                plain = table.format == "avro-confluent" and not subject.endswith("-key")
                if not (plain and registers_the_same(table, text)):
                    yield subject


def _elsewhere(topology: Topology, settings: Settings) -> Iterable[str]:
    """Says where tables name other services than the run uses."""
    named: dict[tuple[str, str, str], list[str]] = {}
    for table in _tables(topology):
        for key, address in (table.options or {}).items():
            if key == "properties.bootstrap.servers":
                what, own = "the brokers", settings.bootstrap_servers
            elif key.endswith("url") and any(form in key for form in REGISTRY_FORMATS):
                what, own = "the registry", settings.schema_registry_url
            else:
                continue
            if servers(address) != servers(own):
                named.setdefault((what, _shown(address), _shown(own)), []).append(table.name.table)
    for (what, address, own), tables in named.items():
        where = " and ".join(dict.fromkeys(tables))
        yield (
            f"warning: {where}: the SQL names {what} {address}, and the run uses {own}: unless both are the same,"
            " nothing comes out"
        )


def _shown(address: str) -> str:
    return without_credentials(address) if "://" in address else address


def _written_topics(topology: Topology) -> list[str]:
    targets: tuple[Topic | Output, ...] = (*topology.outputs, *topology.inner)
    return [topic for each in targets for topic in each.topics]


def _tables(topology: Topology) -> list[FlinkTable]:
    parts: tuple[Topic | Output, ...] = (*topology.inputs, *topology.inner, *topology.outputs)
    return [table for each in parts for table in each.tables if table.is_kafka]


def _replaced(topology: Topology) -> Iterable[str]:
    """What stands in for tables of other connectors."""
    for each in (*topology.inputs, *topology.inner):
        if any(table.replaces is not None for table in each.tables):
            yield f"{each.name}: PipeGen feeds it in place of {_connector(each.tables)}"
    for output in topology.outputs:
        if any(table.replaces is not None for table in output.tables):
            to = _connector(output.tables)
            yield f"{output.name}: its rows go to a topic of the run's own; nothing is written to {to}"


def _connector(tables: Sequence[FlinkTable]) -> str:
    return f"the connector {tables[0].own_connector}" if tables[0].own_connector else "its catalog"


def _join_line(join: JoinShare) -> str:
    shares = ((join.left, join.left_share), (join.right, join.right_share))
    known = [f"{format_percent(share)} of {name}" for name, share in shares if share is not None]
    columns = " and ".join(f"{left} = {right}" for left, right in join.columns)
    told = "; ".join(part for part in (" and ".join(known), join.reason) if part)
    return f"join of {join.left} and {join.right} on {columns}: partners for {told or 'an unknown share'}"


def _roles(topology: Topology) -> Mapping[str, Sequence[tuple[str, str]]]:
    return {
        "inner topic": [(each.name, ", ".join(each.topics)) for each in topology.inner],
        "output": [(each.name, ", ".join(each.topics) or each.kind) for each in topology.outputs],
    }


def _line(role: str, named: tuple[str, str]) -> str:
    name, where = named
    return f"{role} {name}" if where == name else f"{role} {name} ({where})"
