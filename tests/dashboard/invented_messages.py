"""Invented looks at the newest records, for tests and pictures only."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pipegen.bus import MessagesSeen
from pipegen.snapshot.messages import Direction, SeenMessage

START_S = 1_795_507_200
CUSTOMERS = ("ada", "grace", "edsger", "barbara", "donald")


def seen(direction: Direction, offset: int, at_s: float, **changes: object) -> SeenMessage:
    customer = CUSTOMERS[offset % len(CUSTOMERS)]
    order = {"order_id": f"o-{offset:06}", "customer": customer, "amount": 12.5 + offset % 90, "card_number": "***"}
    result = {"customer": customer, "amount_eur": order["amount"], "large": offset % 90 > 60}
    value = json.dumps(order if direction == "in" else result)
    contents: dict[str, object] = {
        "direction": direction,
        "topic": f"orders-{'input' if direction == 'in' else 'output'}-7f3a",
        "partition": offset % 4,
        "offset": offset,
        "at": datetime.fromtimestamp(START_S + at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "key": customer if direction == "in" else None,
        "value": value,
        "value_bytes": len(value) // 2,
        "schema_id": 1 if direction == "in" else 2,
        "note": None,
    }
    return SeenMessage.model_validate(contents | changes)


def look(at_s: float, *more: SeenMessage, run_id: str = "7f3a") -> MessagesSeen:
    """One look: three records in and three out, and what else is given."""
    first = int(at_s * 100)
    both = [seen(way, first + n, at_s + n / 10) for way in ("in", "out") for n in range(3)]
    at = datetime.fromtimestamp(START_S + at_s + 1, UTC).isoformat().replace("+00:00", "Z")
    return MessagesSeen(run_id, at, (*both, *more))
