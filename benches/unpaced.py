"""What the benches of sending share: the records, the settings, and a send loop that is all overdue."""

from __future__ import annotations

import json
from typing import Final

from pipegen.choices import SenderChoice
from pipegen.hotpath import Meters, Pacer, RecordPlan, Schedule, now_ns
from pipegen.run.send.client import open_sending
from pipegen.run.send.interfaces import SendLoop
from pipegen.run.send.thread import Feed

# Text of 7-bit characters only, in strings shorter than 64 bytes: Java's tool reads its payload file as UTF-8.
SCHEMA: Final = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [
            {"name": "order_id", "type": "string", "pipegen": {"pattern": "ORD-{digits:12}"}},
            {"name": "customer_id", "type": "string", "pipegen": {"pattern": "C-{digits:8}"}},
            {"name": "product", "type": "string", "pipegen": {"pattern": "{lower:22}"}},
            {"name": "status", "type": "string", "pipegen": {"one_of": ["created", "shipped", "settled"]}},
            {"name": "trace_id", "type": "string", "pipegen": {"pattern": "{hex:32}"}},
        ],
    }
)
PREFIX: Final = b"\0\0\0\0\x01"
PARTITIONS: Final = 4
SETTINGS: Final[dict[str, str | int | float | bool]] = {"acks": "1", "linger.ms": 5, "compression.type": "lz4"}


def plan_of_records() -> RecordPlan:
    """What every side sends."""
    return RecordPlan(SCHEMA, seed=1, value_prefix=PREFIX, key_field="customer_id")


def loop_over(
    pacer: Pacer,
    meters: Meters,
    bootstrap_servers: str,
    topic: str,
    *,
    choice: SenderChoice = "auto",
    properties: dict[str, str | int] | None = None,
) -> SendLoop:
    """The real send loop, not started."""
    sending = open_sending(choice, bootstrap_servers, topic, properties=SETTINGS | (properties or {}))
    return sending.loop(Feed(plan_of_records(), pacer, meters), on_crash=lambda error: print(repr(error)))


def overdue(
    bootstrap_servers: str, topic: str, records: int, *, index: int = 0, count: int = 1, choice: SenderChoice = "auto"
) -> tuple[SendLoop, Meters]:
    """A send loop for one shard of a plan, all of it due."""
    schedule = Schedule([(0, records * 100, 10_000_000.0, 10_000_000.0)])
    pacer, meters = Pacer(schedule, shard_index=index, shard_count=count), Meters(worker=index)
    loop = loop_over(pacer, meters, bootstrap_servers, topic, choice=choice)
    start_ns = now_ns() - schedule.duration_ns
    meters.start(start_ns)
    pacer.start(start_ns)
    return loop, meters
