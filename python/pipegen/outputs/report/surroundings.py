"""The tables of a report about what was around the run: parts, resources, services, settings, machine."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from pipegen.outputs.report.cells import Cell, Column, Table, count, latency, percent, ratio, reason, size, text
from pipegen.outputs.report.data import ReportData
from pipegen.replay import Manifest
from pipegen.snapshot import Section, Snapshot
from pipegen.snapshot.health import STATUS_HEALTH, Health
from pipegen.units import format_bytes, format_count, format_rate, format_seconds


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the pipeline in the diagram."""

    title: str
    icon: str
    status: str
    health: Health
    figure: str
    unit: str
    facts: tuple[str, ...]
    note: str | None


def parts(snapshot: Snapshot) -> list[Part]:
    """The parts of the pipeline in the order in which records meet them: how many they saw, at what rate."""
    producer, kafka, flink = snapshot.producer, snapshot.kafka, snapshot.flink
    output, consumer = snapshot.output, snapshot.consumer
    elapsed_s = snapshot.run.elapsed_s

    def part(title: str, icon: str, section: Section, path: str, total: int | None, *facts: str) -> Part:
        mean = f"{format_rate(total / elapsed_s)} on average" if total is not None and elapsed_s else "no rate known"
        return Part(
            title=title,
            icon=icon,
            status=section.status,
            health=STATUS_HEALTH[section.status],
            figure="–" if total is None else format_count(total),
            unit="" if total is None else "records",
            facts=(mean, *facts),
            note=section.status_reason or (reason(snapshot, path) if total is None else None),
        )

    return [
        part("Producer", "producer", producer, "producer.total", producer.total, f"{_shown(producer.errors)} refused"),
        part("Kafka", "kafka", kafka, "kafka.input_total", kafka.input_total, kafka.input_topic or "no topic known"),
        part(
            "Flink",
            "flink",
            flink,
            "flink.records_in_total",
            flink.records_in_total,
            f"{_shown(flink.restarts)} restarts",
        ),
        part("Output", "output", output, "output.total", output.total, output.topic or "no topic known"),
        part("Consumer", "consumer", consumer, "consumer.total", consumer.total, f"lag {_shown(consumer.lag)}"),
    ]


def resources(data: ReportData) -> Table:
    """What PipeGen, the machine and Flink used."""
    columns = [Column("Resource", False), Column("Mean"), Column("Largest"), Column("At the end")]
    series = data.series

    def row(title: str, path: str, shown: object) -> list[Cell]:
        values = series.column(path)
        make = shown if callable(shown) else count
        why = reason(data.snapshot, path) if data.snapshot is not None else None
        return [
            Cell(title),
            make(sum(values) / len(values) if values else None, why),
            make(max(values, default=None), why),
            make(values[-1] if values else None, why),
        ]

    rows = [
        row("CPU of PipeGen (100 % is one core)", "system.cpu_ratio", percent),
        row("Memory of PipeGen", "system.rss_bytes", size),
        row("CPU of the machine (100 % is all cores)", "system.machine_cpu_ratio", percent),
        row("Memory of the machine in use", "system.machine_memory_ratio", percent),
        row("CPU of the local broker (100 % is one core)", "system.kafka_cpu_ratio", percent),
        row("CPU of Flink’s busiest TaskManager", "flink.task_manager_cpu_ratio", percent),
        row("CPU of Flink’s JobManager", "flink.job_manager.cpu_ratio", percent),
        row("Heap of Flink’s JobManager", "flink.job_manager.heap_used_bytes", size),
        row("Busy share of Flink, largest vertex", "flink.busy_ratio", ratio),
        row("Back-pressure of Flink, largest vertex", "flink.backpressure_ratio", ratio),
        row("Disk of the local stack", "system.stack_disk_bytes", size),
    ]
    return Table("Resource use", columns, rows if series.rows else [], "Nothing was recorded over time.")


def vertices(snapshot: Snapshot) -> Table:
    """The Flink job, vertex by vertex."""
    columns = [Column("Flink vertex", False), Column("Tasks"), Column("Read"), Column("Written")]
    columns += [Column("Busy"), Column("Back-pressure"), Column("Dropped as late")]
    rows = [
        [
            Cell(vertex.name),
            count(vertex.parallelism),
            count(vertex.records_in_total),
            count(vertex.records_out_total),
            ratio(vertex.busy_ratio),
            ratio(vertex.backpressure_ratio),
            count(vertex.late_records_dropped),
        ]
        for vertex in snapshot.flink.vertices
    ]
    # Flink looks at its own counters at a pace of its own: they may stand short of what Kafka says.
    pace_ms = snapshot.flink.metrics_interval_ms
    age = "" if pace_ms is None else f", by counters up to {format_seconds(pace_ms / 1000)} old"
    return Table(f"Flink job at the end{age}", columns, rows, "Flink showed no job.")


def checkpoints(snapshot: Snapshot) -> Table | None:
    """Checkpoints of the job; null where Flink told nothing of them."""
    told = snapshot.flink.checkpoints
    if told is None:
        return None
    columns = [Column("Checkpoints", False), Column("Failed"), Column("Last duration"), Column("Last state")]
    columns += [Column("Interval"), Column("Last failure", False)]
    row = [
        Cell("–" if told.completed is None else f"{format_count(told.completed)} completed"),
        count(told.failed),
        latency(told.last_duration_ms),
        size(told.last_size_bytes),
        latency(told.interval_ms, "Checkpointing is off."),
        text(told.last_failure),
    ]
    return Table("Checkpoints", columns, [row])


def topics(snapshot: Snapshot) -> Table:
    """The topics of the pipeline."""
    columns = [
        Column("Topic", False),
        Column("Role", False),
        Column("Partitions"),
        Column("Replicas"),
        Column("Offsets"),
    ]
    rows = [
        [
            Cell(topic.name),
            Cell(topic.role),
            count(topic.partitions),
            count(topic.replication_factor),
            count(None if topic.end_total is None else topic.end_total - (topic.begin_total or 0)),
        ]
        for topic in snapshot.kafka.topic_list
        if topic.role != "other"
    ]
    return Table("Topics at the end", columns, rows, "Kafka showed no topic of this pipeline.")


def services(data: ReportData) -> Table:
    """The services and their versions."""
    columns = [Column("Service", False), Column("Version", False), Column("Address", False)]
    known = data.manifest.services if data.manifest is not None else []
    rows = [[Cell(it.name), text(it.version, it.reason), text(it.address)] for it in known]
    if data.manifest is not None:
        rows.insert(0, [Cell("PipeGen"), Cell(data.manifest.pipegen_version), text(None)])
    return Table("Versions", columns, rows, "Nothing is recorded of the services.")


def machine(manifest: Manifest) -> list[tuple[str, str]]:
    """Where PipeGen ran, in pairs."""
    told = manifest.machine
    return [
        ("System", told.system),
        ("Processor", told.processor or "not told"),
        ("Cores", "not told" if told.cores is None else str(told.cores)),
        ("Memory", "not told" if told.memory_bytes is None else format_bytes(told.memory_bytes)),
        ("Python", told.python),
    ]


def settings(manifest: Manifest, *, changed: bool) -> Table:
    """The settings that were given, or those left as they are."""
    columns = [Column("Setting", False), Column("Value", False), Column("From", False)]
    rows = [
        [Cell(row.key), Cell(row.value), Cell(row.source)]
        for row in manifest.settings
        if (row.source != "default") == changed
    ]
    title = "Settings that were given" if changed else "Settings left at their default"
    return Table(title, columns, rows, "Every setting was left at its default.")


def command_line(manifest: Manifest) -> str:
    """The command that starts the same run again."""
    words = manifest.command
    if not words:
        return "pipegen run"
    program = words[0].replace("\\", "/").rsplit("/", 1)[-1]
    if program in {"__main__.py", "pipegen.exe"}:
        program = "pipegen"
    return shlex.join([program, *words[1:]])


def _shown(value: int | None) -> str:
    return "–" if value is None else format_count(value)
