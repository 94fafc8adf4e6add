"""How the end-to-end latency of a path can be measured: by the header, else by the timestamp, else why not."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Latency, LatencyWay, OutputColumn

_DECLARED = {
    "headers": "hdr MAP<STRING, BYTES> METADATA FROM 'headers'",
    "timestamp": "due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'",
}
_WAYS: dict[str, LatencyWay] = {"headers": "header", "timestamp": "timestamp"}


def time_path(input_name: str, source: FlinkTable, sink: FlinkTable | None, columns: Sequence[OutputColumn]) -> Latency:
    """How records of an input are timed when they come out of a sink.

    Args:
        input_name: The input.
        source: Its table.
        sink: The table written; None for a bare query.
        columns: What the sink gets, with its lineage.
    """
    carried = [key for key in _WAYS if any(_carries(column, key, input_name, sink) for column in columns)]
    if carried:
        way = _WAYS[carried[0]]
        told = "the header arrives unchanged" if way == "header" else "the due time arrives: an upper bound"
        return Latency(way, told, by_timestamp="timestamp" in carried)
    return _not_measurable(input_name, source, sink, columns)


def _carries(column: OutputColumn, key: str, input_name: str, sink: FlinkTable | None) -> bool:
    if sink is not None and sink.is_kafka:
        if (column.name, column.metadata) != (key, True) or not sink.carries(key):
            return False
    elif column.metadata:
        return False
    if key == "timestamp" and column.absent:
        return False  # Kafka stamps a record without a timestamp with the time of writing
    # What is no Kafka table is read back through a topic of the run's own, where any column can be looked at.
    return any(
        (origin.input, origin.column, origin.metadata) == (input_name, key, True) and origin.how != "derived"
        for origin in column.origins
    )


def _not_measurable(
    input_name: str, source: FlinkTable, sink: FlinkTable | None, columns: Sequence[OutputColumn]
) -> Latency:
    if source.connector == "filesystem":
        return Latency(None, f"Flink reads {source.name.table} from a file, so no record was due at any time")
    missing = _not_declared(source)
    if missing:
        return Latency(
            None,
            f"{source.name.table} reads neither headers nor timestamp of its records",
            f"Add to {source.name.table}: {_DECLARED['headers']}",
        )
    if sink is not None and sink.is_kafka and _not_declared(sink):
        return Latency(
            None,
            f"{sink.name.table} writes neither headers nor timestamp of its records",
            f"Add to {sink.name.table}: {_DECLARED['headers']}, and fill it from {input_name} in the query",
        )
    where = "the rows of the query" if sink is None else sink.name.table
    filled = [column for column in columns if column.metadata and column.name in _WAYS]
    if any(column.name == "timestamp" and column.absent for column in filled):
        why = f"the timestamp of {where} is null where an outer join finds no partner"
        return Latency(
            None, f"{why}, and Kafka stamps such a record itself", "Use one that is never null, as with COALESCE"
        )
    told = [_filling(column, input_name) for column in filled]
    return Latency(
        None,
        f"nothing of {input_name} that tells the due time arrives in {where} unchanged"
        + (f": {'; '.join(told)}" if told else ""),
        f"Let the query pass on the header of {input_name} as it is, or in an aggregate MAX of its timestamp",
    )


def _filling(column: OutputColumn, input_name: str) -> str:
    own = [origin for origin in column.origins if origin.input == input_name]
    if not column.origins:
        return f"{column.name} is filled with a literal"
    if not own:
        others = ", ".join(sorted({origin.input for origin in column.origins}))
        return f"{column.name} comes from {others}"
    names = ", ".join(sorted(origin.column for origin in own))
    return f"{column.name} is computed from {names}"


def _not_declared(table: FlinkTable) -> bool:
    return not any(table.carries(key) for key in _WAYS)
