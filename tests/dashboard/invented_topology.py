"""Invented runs of several inputs and outputs: three by two, and twenty by twenty in five jobs. Never shipped."""

from __future__ import annotations

import random
from typing import Any

from pydantic import BaseModel

from pipegen.snapshot import InputState, OutputState
from tests.dashboard.invented import percentiles, running, snapshot, vertex, wobble
from tests.dashboard.invented_details import topic
from tests.dashboard.rest import fill

Contents = dict[str, Any]
LOST_REASON = "known once the output is drained"
NOT_COUNTED = "a join has no account of one input"
REASONS = {
    "loaded_total": "It is not loaded before the run.",
    "lost": LOST_REASON,
    "duplicated": "An aggregation has no account of its own.",
    "end_to_end": "The SQL does not carry the due time.",
    "table": "its records only insert rows",
}
GROUP_INPUTS = ("orders", "payments", "shipments", "returns")
GROUP_OUTPUTS = ("paid_orders", "refunds", "revenue_per_minute", "late_returns")
REGIONS = ("eu", "us", "apac", "latam", "a_region_whose_name_is_longer_than_any_box_of_the_page_is_wide")


def known(model: type[BaseModel], values: Contents) -> Contents:
    """Those of the values that the contract has, and a neutral one for what it has besides."""
    return fill(model, {name: value for name, value in values.items() if name in model.model_fields})


def an_input(name: str, rate: float, second: float, **changes: Any) -> Contents:
    values = {
        "name": name,
        "topic": f"{name}-7f3a",
        "format": "avro-confluent",
        "planned_total": int(rate * 600),
        "total": int(rate * second),
        "rate": rate * (1 + 0.01 * wobble(second, len(name))),
        "errors": 0,
        "generator_delay": percentiles(int(rate * second), 0.4),
        "ack": percentiles(int(rate * second), 4.1),
    }
    return known(InputState, values | changes)


def an_output(name: str, rate: float, second: float, p50_ms: float | None, **changes: Any) -> Contents:
    traced = p50_ms is not None
    values = {
        "name": name,
        "topic": f"{name}-7f3a",
        "format": "avro-confluent",
        "shape": "one_to_one" if traced else "aggregate",
        "total": int(rate * second),
        "rate": rate * (1 + 0.02 * wobble(second, len(name))),
        "duplicated": 0 if traced else None,
        "counts_reason": LOST_REASON if traced else "an output of shape aggregate has no account of its own",
        "traced_by": "header" if traced else None,
        "end_to_end": percentiles(int(rate * second), p50_ms) if p50_ms is not None else None,
        "end_to_end_interval": percentiles(int(rate), p50_ms) if p50_ms is not None else None,
        "bound": None,
        "bound_reason": None,
        "shape_reason": "from Flink's plan: each record comes out once (sql/03_insert.sql:1:1)",
        "traced_reason": "the SQL carries the header" if traced else "the SQL does not carry the due time",
        "lag": int(rate * 0.02),
        "table": None if traced else a_table(rate, second),
    }
    return known(OutputState, values | changes)


def a_table(rate: float, second: float) -> Contents:
    """An upsert table of 500 keys."""
    updates = max(0, int(rate * second) - 500)
    return {
        "key": ["region", "minute"],
        "rows": 496,
        "keys": 500,
        "inserts_total": 504,
        "updates_total": updates,
        "deletes_total": 8,
        "tombstones_total": 8,
        "returned_total": 4,
        "missing": 0,
        "out_of_order": None,
        "updates_per_key": updates / 500,
        "same_second_total": updates // 4,
        "same_second_ratio": 0.25,
        "advice": "25 % of the updates came within the same second as the write before them to the same key",
    }


def path(source: str, shape: str, p50_ms: float | None, by: str | None = "header") -> Contents:
    """One way from an input to an output; without a latency it is one that cannot be timed."""
    return {
        "input": source,
        "shape": shape,
        "traced_by": None if p50_ms is None else by,
        "total": None if p50_ms is None else 40_000,
        "rate": None if p50_ms is None else 94.0,
        "last_total": None,
        "lost": None,
        "duplicated": None,
        "end_to_end": None if p50_ms is None else percentiles(40_000, p50_ms),
        "reason": NOT_COUNTED if p50_ms is not None else "a side that is loaded before the run is not timed",
    }


def operator(
    key: str, name: str, inputs: list[str], rate: float, busy: float, pressure: float = 0.0, level: str = "ok"
) -> Contents:
    return vertex(key, name, int(rate * 400), rate, busy, pressure, level) | {"inputs": inputs}


def _with_branches(contents: Contents, inputs: list[Contents], outputs: list[Contents]) -> Contents:
    contents["inputs"], contents["outputs"] = inputs, outputs
    contents["kafka"]["topic_list"] = [
        topic(each["name"], role, each["total"], each["rate"]) | {"name": each["topic"]}
        for role, branches in (("input", inputs), ("output", outputs))
        for each in branches
    ]
    told = {
        unknown: REASONS.get(unknown.rsplit(".", 1)[-1], "Not looked at.")
        for unknown in snapshot(contents).unexplained()
    }
    contents["reasons"] |= told
    return contents


def _late(contents: Contents) -> None:
    """What all outputs have together, when one of them is late."""
    for name in ("interval", "total"):
        contents["latency"]["end_to_end"][name] |= {"p99_ms": 5_012.0, "p999_ms": 7_900.0, "max_ms": 13_400.0}


def one_by_one(second: float = 426) -> Contents:
    """The smallest case, as a run tells it since there may be several."""
    contents = running(second)
    rate = contents["producer"]["rate"]
    return _with_branches(
        contents,
        [an_input("orders", rate, second)],
        [an_output("revenue", rate, second, 42.0, paths=[path("orders", "one_to_one", 42.0)])],
    )


def three_by_two(second: float = 426) -> Contents:
    """A join of three inputs with two outputs, one of which waits for a watermark."""
    contents = running(second)
    contents["headline"] = {
        "level": "warning",
        "text": "The load is on plan, but order_payments is 4.1 s late: the join waits for the watermark of payments.",
        "detail": "Since 6:41. Partition 3 of payments gets no records, so its watermark holds everybody's.",
    }
    _late(contents)
    contents["flink"]["vertices"] = [
        operator("a", "Source: orders[1] -> Calc[2]", [], 6_000, 0.21),
        operator("b", "Source: payments[3] -> Calc[4]", [], 5_702, 0.19, 0.31, "low"),
        operator("c", "Source: rates[5]", [], 60, 0.02),
        operator("d", "IntervalJoin[6]", ["a", "b"], 5_690, 0.44),
        operator("e", "TemporalJoin[7] -> Calc[8] -> order_payments[9]: Writer", ["d", "c"], 5_688, 0.31),
        operator("f", "LocalWindowAggregate[10]", ["d"], 5_690, 0.12),
        operator("g", "GlobalWindowAggregate[11] -> revenue_per_minute[12]: Writer", ["f"], 42, 0.05),
    ]
    late = [path("orders", "join", 420.0), path("payments", "join", 1_540.0), path("rates", "join", None)]
    daily = [path("orders", "aggregate", 53.0, "timestamp")]
    return _with_branches(
        contents,
        [
            an_input("orders", 6_000, second),
            an_input("payments", 5_702, second, follows="orders", format="json"),
            an_input("rates", 60, second, loaded_total=180, format="json"),
        ],
        [
            an_output("order_payments", 5_688, second, 1_540.0, lag=24_300, shape="filter", paths=late),
            an_output("revenue_per_minute", 42, second, 53.0, traced_by="timestamp", shape="aggregate", paths=daily),
        ],
    )


def twenty_by_twenty(second: float = 426) -> Contents:
    """Five jobs of the same script for five regions: twenty inputs, twenty outputs, one way of which is slow."""
    contents = running(second)
    contents["headline"] = {
        "level": "warning",
        "text": "The load is on plan, but apac_revenue_per_minute is late: its window aggregate is busy 0.94.",
        "detail": "End-to-end p99 5.24 s; the other 19 outputs arrive within 0.2 s.",
    }
    _late(contents)
    chance = random.Random(int(second))  # noqa: S311 - figures for a look, not secrets
    inputs: list[Contents] = []
    outputs: list[Contents] = []
    vertices: list[Contents] = []
    for at, region in enumerate(REGIONS):
        rate = 400 + chance.random() * 900
        slow = at == 2
        read = [f"{region}_{name}" for name in GROUP_INPUTS]
        written = [f"{region}_{name}" for name in GROUP_OUTPUTS]
        inputs += [an_input(name, rate * (1 + chance.random()), second) for name in read]
        quick = [14 + chance.random() * 20 for _ in range(4)]
        paid = [path(name, "join", quick[0]) for name in read[:2]]
        refunds = [path(name, "join", quick[1]) for name in read[2:]]
        revenue = [path(name, "aggregate", quick[2] * 2) for name in read]
        late = [path(read[3], "filter", None if at == 1 else quick[3])]
        if slow:
            revenue[1] = path(read[1], "aggregate", 1_540.0)
        outputs += [
            an_output(written[0], rate, second, quick[0], paths=paid),
            an_output(written[1], rate * 0.1, second, quick[1], paths=refunds),
            an_output(
                written[2], 42, second, 1_540.0 if slow else quick[2] * 2, lag=9_300 if slow else 4, paths=revenue
            ),
            an_output(written[3], rate * 0.05, second, None if at == 1 else quick[3], paths=late),
        ]
        # The jobs are alike, and so are the ids that Flink gives their vertices.
        vertices += [
            *(
                operator(f"s{number}", f"Source: {name}[{number}] -> Calc[9]", [], rate, chance.random() * 0.4)
                for number, name in enumerate(read)
            ),
            operator("j", "Join[10] -> Calc[11]", ["s0", "s1"], rate, 0.2 + chance.random() * 0.2),
            operator("k", "IntervalJoin[12]", ["s2", "s3"], rate * 0.1, 0.1 + chance.random() * 0.2),
            operator("u", f"Calc[13] -> {written[0]}[14]: Writer", ["j"], rate, 0.1),
            operator("v", f"Calc[15] -> {written[1]}[16]: Writer", ["k"], rate * 0.1, 0.1),
            operator(
                "w",
                f"GroupWindowAggregate[17] -> Calc[18] -> {written[2]}[19]: Writer",
                ["j", "k"],
                42,
                0.94 if slow else 0.2,
            ),
            operator("x", f"Calc[20] -> {written[3]}[21]: Writer", ["s3"], rate * 0.05, 0.03),
        ]
    contents["flink"]["vertices"] = vertices
    job = contents["flink"]["jobs"][0]
    contents["flink"]["jobs"] = [
        {**job, "id": f"{at}b1f0d8e3c4a", "name": f"insert-into_{region}"} for at, region in enumerate(REGIONS)
    ]
    return _with_branches(contents, inputs, outputs)
