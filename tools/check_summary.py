"""Says whether the summary of a run tells of a run that went well. For scripts: needs nothing but Python itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Check the summary named on the command line."""
    summary = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    planned = summary["planned_total"]
    expected = {
        "outcome": "finished",
        "exit_code": 0,
        "sent_total": planned,
        "delivered_total": planned,
        "consumed_total": planned,
        "failed_total": 0,
        "lost": 0,
        "duplicated": 0,
        "left_behind": [],
    }
    wrong = [f"{key} is {summary[key]!r}, not {value!r}" for key, value in expected.items() if summary[key] != value]
    producer = summary["snapshot"]["producer"]
    if producer["sender"] != "native":
        wrong.append(f"the compiled loop did not send: {producer['sender_reason']}")
    if wrong or not planned:
        sys.exit("\n".join([f"{sys.argv[1]}: {planned} records planned", *wrong]))
    sys.stdout.write(
        f"{planned} records planned, sent, delivered and consumed; none lost; sent by {producer['sender_reason']}\n"
    )


if __name__ == "__main__":
    main()
