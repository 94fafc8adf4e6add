"""The tables of a report about the records themselves: checks, score, fields, rules, anomalies, faults on purpose."""

from __future__ import annotations

from typing import Final

from pipegen.outputs.report.cells import UNKNOWN, Cell, Column, Table, count, percent, reason, text
from pipegen.snapshot import DataQualityMetrics, Snapshot
from pipegen.snapshot.health import RULE_HEALTH

_RESULTS: Final = {"pass": "passed", "fail": "failed", "no_samples": "no samples"}


def checks(snapshot: Snapshot) -> Table:
    """What is known of the records themselves."""
    consumer, producer, pipeline, registry = snapshot.consumer, snapshot.producer, snapshot.pipeline, snapshot.registry
    columns = [Column("Check", False), Column("Good share"), Column("Bad"), Column("Not checked")]

    def why(path: str) -> str | None:
        return reason(snapshot, path)

    none = Cell(UNKNOWN)
    rows = [
        [
            Cell("Consumed values that their schema can read"),
            percent(registry.validation_success_ratio, why("registry.validation_success_ratio")),
            count(consumer.errors, why("consumer.errors")),
            count(consumer.unchecked, why("consumer.unchecked")),
        ],
        [
            Cell("Records made that kept their schema"),
            percent(registry.serialisation_success_ratio, why("registry.serialisation_success_ratio")),
            none,
            none,
        ],
        [
            Cell("Records that Kafka acknowledged"),
            percent(pipeline.success_rate, why("pipeline.success_rate")),
            count(producer.errors, why("producer.errors")),
            none,
        ],
        [Cell("Lost in the pipeline"), none, count(pipeline.lost, why("pipeline.lost")), none],
        [Cell("Came out more than once"), none, count(pipeline.duplicated, why("pipeline.duplicated")), none],
        [Cell("Came out of order"), none, count(pipeline.out_of_order, why("pipeline.out_of_order")), none],
        [
            Cell("Dropped by Flink as too late"),
            none,
            count(snapshot.flink.late_records_dropped, why("flink.late_records_dropped")),
            none,
        ],
    ]
    return Table("Data quality", columns, rows)


def fields(quality: DataQualityMetrics) -> Table:
    """What each field of the output holds."""
    columns = [Column("Field", False), Column("Type", False), Column("There"), Column("Null")]
    columns += [Column("Distinct, about"), Column("Smallest", False), Column("Greatest", False)]
    rows = [
        [
            Cell(field.path),
            Cell(field.type),
            percent(field.completeness_ratio),
            count(field.null_total),
            count(field.distinct),
            text(field.min),
            text(field.max),
        ]
        for field in quality.fields
    ]
    return Table("Fields of the output’s valid records", columns, rows)


def rules(quality: DataQualityMetrics) -> Table:
    """Each business rule with its result."""
    columns = [Column("Rule", False), Column("Expression", False), Column("Result", False)]
    columns += [Column("Evaluated"), Column("Broken"), Column("Share broken"), Column("Tolerated")]
    rows = [
        [
            Cell(rule.name),
            Cell(rule.expression),
            Cell(_RESULTS[rule.result], rule.last_error, RULE_HEALTH[rule.result]),
            count(rule.evaluated_total),
            count(rule.violations_total),
            percent(rule.violation_ratio),
            percent(rule.tolerance_ratio),
        ]
        for rule in quality.rules
    ]
    return Table("Business rules", columns, rows)


def anomalies(quality: DataQualityMetrics) -> Table:
    """Figures that left their usual range."""
    columns = [Column("Anomaly", False), Column("Phase", False), Column("From", False), Column("Until", False)]
    rows = [[Cell(it.text), Cell(it.phase), Cell(it.since), Cell(it.until or "the end")] for it in quality.anomalies]
    return Table("Anomalies", columns, rows)


def faults(snapshot: Snapshot) -> Table | None:
    """Faults on purpose; null without any."""
    if not snapshot.faults.kinds:
        return None
    columns = [Column("Fault on purpose", False), Column("Share set"), Column("Injected"), Column("Acknowledged")]
    rows = [
        [
            Cell(fault.name.replace("_", " ")),
            percent(fault.share),
            count(fault.injected_total),
            count(fault.delivered_total),
        ]
        for fault in snapshot.faults.kinds
    ]
    return Table("Injected faults", columns, rows)
