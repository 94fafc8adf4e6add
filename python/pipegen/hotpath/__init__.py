"""The hot path: everything that touches each record, compiled. The only importer of `pipegen._native`; adds nothing.

The manual of every name here is ``_native.pyi``.
"""

from pipegen._native import (
    ConsumedBatch,
    Delivery,
    FieldInterval,
    FieldProfile,
    FieldStats,
    HistogramSnapshot,
    KafkaSender,
    Meters,
    Pacer,
    Permits,
    RecordBatch,
    RecordPlan,
    Schedule,
    SchemaValidator,
    Totals,
    Validation,
    now_ns,
    probe_header,
)

__all__ = [
    "ConsumedBatch",
    "Delivery",
    "FieldInterval",
    "FieldProfile",
    "FieldStats",
    "HistogramSnapshot",
    "KafkaSender",
    "Meters",
    "Pacer",
    "Permits",
    "RecordBatch",
    "RecordPlan",
    "Schedule",
    "SchemaValidator",
    "Totals",
    "Validation",
    "now_ns",
    "probe_header",
]
