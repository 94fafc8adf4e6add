"""Checks tables and INSERTs: names that exist, options that Kafka tables need, and the way from input to output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipegen.config import Settings
from pipegen.project.envelope import ENVELOPE_FORMATS
from pipegen.project.findings import Finding, Severity
from pipegen.project.flow import BOUNDED_MODE, bounded_source
from pipegen.project.script import Script
from pipegen.project.statements import SqlStatement
from pipegen.project.tables import Table
from pipegen.suggestion import did_you_mean

_AVRO_FORMATS = {"avro-confluent", "debezium-avro-confluent"}
_JSON_FORMATS = {"json", *ENVELOPE_FORMATS} - _AVRO_FORMATS


def check_names(script: Script, statements: Sequence[SqlStatement]) -> Iterator[Finding]:
    """Tables and views that stand twice, are unknown or unused."""
    defined = [(table.name, table.statement) for table in script.tables]
    defined += [(view.name, view.statement) for view in script.views]
    names = [name for name, _ in defined]
    for index, (name, statement) in enumerate(defined):
        if name in names[:index]:
            first = defined[names.index(name)][1]
            yield _at(statement, f"{name} is created twice, first at {first.where}", "Rename or remove one of them.")
    # What another catalog holds cannot be seen from here.
    elsewhere = any(each.kind in {"other", "create_other"} for each in statements)
    severity: Severity = "warning" if elsewhere else "error"
    queries = [(insert.query, insert.statement) for insert in script.inserts]
    queries += [(view.query, view.statement) for view in script.views]
    for query, statement in queries:
        for source in query.sources:
            if source not in names:
                yield _unknown(source, names, statement, severity)
    for insert in script.inserts:
        if insert.target not in names:
            yield _unknown(insert.target, names, insert.statement, severity)
    for table in script.tables:
        if script.role(table) == "unused":
            yield _at(table.statement, f"the table {table.name} is never used", None, "warning")


def check_options(table: Table) -> Iterator[Finding]:
    """Options that a Kafka table needs to work in a run."""
    if table.like is not None:
        return  # like a table that was made elsewhere: its options cannot be seen from here
    if table.connector is None:
        if not any(token.upper == "AS" for token in table.statement.tokens()):
            yield _at(table.statement, f"{table.name} has no 'connector' option", "Add 'connector' = 'kafka'.")
        return
    if table.connector not in {"kafka", "upsert-kafka"}:
        return
    needed = {
        "properties.bootstrap.servers": "'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}'",
        "topic": "'topic' = '…'",
    }
    for key, line in needed.items():
        if key not in table.options and not (key == "topic" and "topic-pattern" in table.options):
            yield _at(table.statement, f"{table.name} has no '{key}' option", f"Add {line}.")
    if table.format is None:
        yield _at(table.statement, f"{table.name} has no format", "Add 'value.format' = 'avro-confluent'.")
    elif table.format in _AVRO_FORMATS and not any(key.endswith("avro-confluent.url") for key in table.options):
        prefix = "value." if "value.format" in table.options else ""
        line = f"'{prefix}{table.format}.url' = '${{SCHEMA_REGISTRY_URL}}'"
        yield _at(table.statement, f"{table.name} does not name the schema registry", f"Add {line}.")


def check_way(script: Script, settings: Settings) -> Iterator[Finding]:
    """The way from the input topic to the output topic."""
    source, sink = script.input_table(), script.output_table()
    first = script.inserts[0].statement if script.inserts else None
    ends = (("INPUT_TOPIC", source, "reads"), ("OUTPUT_TOPIC", sink, "writes"))
    for variable, table, verb in ends:
        if table is None:
            if first is not None:
                message = f"no table {verb} the topic ${{{variable}}}"
                yield _at(first, message, f"Write 'topic' = '${{{variable}}}' in one table.")
            continue
        yield from _topic(table, variable, settings)
        role = script.role(table)
        if role != "unused" and (("source" not in role) if verb == "reads" else ("sink" not in role)):
            yield _at(table.statement, f"nothing {verb} {table.name}, the table of ${{{variable}}}", None)
    if source is not None:
        yield from _input(script, source, settings)
    if source is not None and sink is not None and script.output_inserts():
        reached = any(source in script.tables_under(insert.query) for insert in script.output_inserts())
        if not reached:
            message = f"no INSERT leads from {source.name} to {sink.name}"
            yield _at(script.output_inserts()[0].statement, message, f"Read FROM {source.name}, directly or by views.")


def _input(script: Script, source: Table, settings: Settings) -> Iterator[Finding]:
    """Whether the source reads what is sent, or the file where nothing is."""
    if source.connector == "filesystem":
        if settings.feed.mode != "filesystem" or settings.feed.file is None:
            message = f"{source.name} reads ${{DATA_FILE}}, which exists only in filesystem mode"
            yield _at(source.statement, message, "Set feed.file, and feed.mode to filesystem.")
        return
    if settings.feed.mode == "filesystem":
        message = f"{source.name} reads a topic that nothing is sent to: feed.mode is filesystem"
        yield _at(source.statement, message, "Read 'path' = '${DATA_FILE}', or set feed.mode to kafka.")
    yield from _start(source)
    bounded = bounded_source(script)
    if bounded is not None:
        message = f"{source.name} is bounded ({BOUNDED_MODE}): the job reads what is there when it starts, and ends"
        remedy = f"Leave '{BOUNDED_MODE}' out, so that the job reads what the run sends."
        yield _at(bounded, message, remedy, "warning")
    if settings.pipeline.value_format == "json":
        if source.format not in _JSON_FORMATS and not _reads_anything(source):
            message = f"{source.name} reads {source.format}, but pipeline.value_format is json"
            yield _at(source.statement, message, "Write 'value.format' = 'json'.")
    elif source.format is not None and source.format not in _AVRO_FORMATS and not _reads_anything(source):
        message = f"{source.name} reads {source.format}, but PipeGen sends Avro as the schema registry frames it"
        yield _at(source.statement, message, "Write 'value.format' = 'avro-confluent'.")


def _reads_anything(source: Table) -> bool:
    """Whether the table takes values as bytes, whatever they are."""
    return source.format == "raw"


def _topic(table: Table, variable: str, settings: Settings) -> Iterator[Finding]:
    base = settings.pipeline.input_topic if variable == "INPUT_TOPIC" else settings.pipeline.output_topic
    if table.topic is None or f"${{{variable}}}" in table.topic:
        return
    if settings.pipeline.unique_names or table.topic != base:
        message = f"{table.name} names the topic '{table.topic}', but every run has a topic of its own"
        yield _at(table.statement, message, f"Write 'topic' = '${{{variable}}}'.")


def _start(source: Table) -> Iterator[Finding]:
    mode = source.options.get("scan.startup.mode")
    if mode is None or mode == "group-offsets":
        if "properties.auto.offset.reset" not in source.options:
            message = f"{source.name} starts at its group's offsets, and the group of a new run has none"
            yield _at(source.statement, message, "Write 'scan.startup.mode' = 'earliest-offset'.")
    elif mode == "latest-offset":
        message = f"{source.name} starts at the latest offset: records sent before the job reads are missed"
        yield _at(source.statement, message, "Write 'scan.startup.mode' = 'earliest-offset'.", "warning")


def _unknown(name: str, names: Sequence[str], statement: SqlStatement, severity: Severity) -> Finding:
    token = next((token for token in statement.tokens() if token.value == name), None)
    return Finding(
        severity=severity,
        file=str(statement.file),
        line=token.line if token else statement.line,
        message=f"there is no table or view {name}",
        remedy=did_you_mean(name, names) or f"Known: {', '.join(names) or 'none'}.",
    )


def _at(statement: SqlStatement, message: str, remedy: str | None, severity: Severity = "error") -> Finding:
    return Finding(severity=severity, file=str(statement.file), line=statement.line, message=message, remedy=remedy)
