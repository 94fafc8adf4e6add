"""An invented wide pipeline: a job of many vertices, a cluster of many topics, no two figures alike. Never shipped."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from tests.dashboard.invented import running, vertex

OPERATORS = (
    "Calc",
    "Join",
    "LookupJoin",
    "GroupAggregate",
    "WindowAggregate",
    "Deduplicate",
    "Rank",
    "ChangelogNormalize",
)


def wide(second: int, *, vertices: int = 50, topics: int = 100) -> dict[str, Any]:
    """The invented run at one second, as wide as asked; the same second has the same figures."""
    contents = running(second)
    chance = random.Random(second)  # noqa: S311 - figures for a look, not secrets
    job = [_vertex(number, second, chance) for number in range(vertices)]
    for at, each in enumerate(job):
        each["inputs"] = [job[chance.randrange(max(0, at - 4), at)]["id"]] if at else []
    contents["flink"]["vertices"] = job
    pipeline = contents["kafka"]["topic_list"]
    others = [_topic(pipeline[0], number, chance) for number in range(topics - len(pipeline))]
    contents["kafka"]["topic_list"] = [*pipeline, *others]
    return contents


def _vertex(number: int, second: int, chance: random.Random) -> dict[str, Any]:
    key = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    chain = " -> ".join(f"{OPERATORS[(number + step) % 8]}[{number * 3 + step}]" for step in range(1 + number % 3))
    rate = 9_000 * chance.random()
    made = vertex(key, chain, int(second * rate), rate, chance.random() * 0.6, chance.random() * 0.1, "ok")
    figures = [(name, value) for name, value in made.items() if isinstance(value, float)]
    uneven = {name: round(value * (0.9 + chance.random() / 5), 3) for name, value in figures}
    return made | uneven | {"watermark_ms": 1_795_507_200_000 + chance.randrange(10**6), "parallelism": 1 + number % 8}


def _topic(like: dict[str, Any], number: int, chance: random.Random) -> dict[str, Any]:
    end = chance.randrange(10**7)
    return like | {
        "name": f"team-{number % 7}.events.{OPERATORS[number % 8].lower()}-{number}",
        "role": "other",
        "partitions": 1 + number % 12,
        "begin_total": chance.randrange(end + 1),
        "end_total": end,
        "rate": round(9_000 * chance.random(), 3),
        "partition_list": [],
    }
