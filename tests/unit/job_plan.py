"""Vertices as Flink's REST API shows them: the plan in Flink's words, and metrics that a test chooses."""

from __future__ import annotations

import re

from pipegen.observe.operators import Chain, chain_of
from pipegen.services.flink import SubtaskMetric, Vertex

SOURCE = "Source: KafkaSource-default_catalog.default_database.{}"


def vertex(
    vertex_id: str,
    *operators: tuple[str, int | None, int | None],
    inputs: tuple[str, ...] = (),
    watermark_ms: int | None = None,
    splits: dict[str, int | None] | None = None,
    late: int | None = None,
) -> Chain:
    """A vertex of chained operators.

    Args:
        vertex_id: Its id.
        operators: The text of each in Flink's plan, the rows it has read and those it has given on.
        inputs: Ids of the vertices it reads from.
        watermark_ms: Watermark of all of them; None before there is one.
        splits: Watermark of each partition that its source reads.
        late: Rows that the first operator has dropped.
    """
    lines = [("   " * (depth - 1) + "+- " if depth else "") + text for depth, (text, _, _) in enumerate(operators)]
    metrics: dict[str, int | None] = {}
    for text, records_in, records_out in operators:
        node = re.match(r"\[(\d+)\]:(\w+)", text)
        name = f"{node.group(2)}[{node.group(1)}]" if node else re.sub(r"[.: ]", "_", text)
        metrics[f"{name}.numRecordsIn"] = records_in
        metrics[f"{name}.{'numRecordsSend' if text.endswith('Writer') else 'numRecordsOut'}"] = records_out
        metrics[f"{name}.currentInputWatermark"] = metrics[f"{name}.currentOutputWatermark"] = watermark_ms
        if text == operators[0][0]:
            metrics[f"{name}.numLateRecordsDropped"] = late
            for split, at_ms in (splits or {}).items():
                metrics[f"{name}.split.{split}.watermark.currentWatermark"] = at_ms
    return chain_of(
        Vertex(
            id=vertex_id,
            name=" -> ".join(text for text, _, _ in operators),
            state="RUNNING",
            parallelism=1,
            records_in=operators[0][1] or 0,
            records_out=operators[-1][2] or 0,
            bytes_in=0,
            bytes_out=0,
            running_tasks=1,
            inputs=inputs,
            description="<br/>".join(lines) + "<br/>",
        ),
        list(metrics),
        {name: SubtaskMetric(value, value, value, value) for name, value in metrics.items() if value is not None},
    )
