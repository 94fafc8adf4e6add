"""The hot path: everything that touches each record, compiled. The only importer of `pipegen._native`.

The manual of every compiled name is ``_native.pyi``; ``header`` adds what Python has to know of the record header.
"""

from pipegen._native import (
    HEADER_NAME,
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
    SchemaCheck,
    SchemaNote,
    SchemaValidator,
    Totals,
    Validation,
    check_schema,
    is_of_load,
    now_ns,
    probe_header,
)
from pipegen.hotpath.header import of_load

__all__ = [
    "HEADER_NAME",
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
    "SchemaCheck",
    "SchemaNote",
    "SchemaValidator",
    "Totals",
    "Validation",
    "check_schema",
    "is_of_load",
    "now_ns",
    "of_load",
    "probe_header",
]
