"""What each input is fed, from Flink's plan alone: schema, hints, key, and how the inputs hang together. Pure.

``input_records(topology, settings=…, seed=…)`` answers with one :class:`InputRecord` an input and one
:class:`JoinShare` a join. ``RecordPlan(**record.for_generator(value_prefix=…, key_prefix=…))`` makes the records.

- ``record.schema`` and ``record.key.schema`` are registered where ``registered`` says so.
- ``record.load``: the first ``load.records`` events are sent before second 0, the others at ``load.rate_per_s``.
- ``record.follow``: event *m* is due ``follow.offset_ns`` after event ``follow.base(m)`` of ``follow.input``, and there
  are ``follow.total(n)`` of them for *n* of that one's.

The record of event *n* follows from these values, *n* and its due time, and from nothing that was sent before.
"""

from pipegen.project.inputs.all_records import InputRecords, input_records
from pipegen.project.inputs.follow import Follow
from pipegen.project.inputs.joins import JoinShare
from pipegen.project.inputs.key_plan import KeyPlan
from pipegen.project.inputs.record import InputRecord, Load
from pipegen.project.inputs.traced import NO_TRACE, TracedColumn, TraceKind

__all__ = [
    "NO_TRACE",
    "Follow",
    "InputRecord",
    "InputRecords",
    "JoinShare",
    "KeyPlan",
    "Load",
    "TraceKind",
    "TracedColumn",
    "input_records",
]
