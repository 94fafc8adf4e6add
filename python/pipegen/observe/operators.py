"""The operators of a job: what each has read, written and holds as watermark. Asked only to explain how a run ended."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.services.flink import FlinkClient, SubtaskMetric, Vertex

_IN: Final = "numRecordsIn"
_OUT: Final = "numRecordsOut"
_SENT: Final = "numRecordsSend"
_LATE: Final = "numLateRecordsDropped"
_WATERMARK_IN: Final = "currentInputWatermark"
_WATERMARK_OUT: Final = "currentOutputWatermark"
_FIGURES: Final = (_IN, _OUT, _SENT, _LATE, _WATERMARK_IN, _WATERMARK_OUT)
_SPLIT: Final = re.compile(r"\.split\.(.+)\.watermark\.currentWatermark$")
_NODE: Final = re.compile(r"^\[(\d+)\]:(\w+)(.*)$", re.DOTALL)
_BRANCH: Final = re.compile(r"^[:+\- ]*")
_DEPTH: Final = 3
"""Characters by which Flink indents each level of a vertex's plan."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a vertex; a figure that Flink does not tell is None.

    Attributes:
        name: As on Flink's page, such as ``GlobalWindowAggregate[5]``.
        kind: What it does, such as ``GlobalWindowAggregate``, ``Source`` or ``Writer``.
        options: How, in Flink's words.
        parent: Index of the operator of the same vertex it reads from; None for the first.
        records_in: Rows read.
        records_out: Rows given on; of a writer those handed to the system it writes to.
        late: Rows dropped because they came too late.
        watermark_in_ms: Watermark it has received (epoch ms); None where there is none yet.
        watermark_out_ms: Watermark it gives on; None where there is none yet.
        splits_without_watermark: Of a source the partitions that hold its watermark back, such as ``orders-3``.
    """

    name: str
    kind: str
    options: str = ""
    parent: int | None = None
    records_in: int | None = None
    records_out: int | None = None
    late: int = 0
    watermark_in_ms: int | None = None
    watermark_out_ms: int | None = None
    splits_without_watermark: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The operators of one vertex, each after the one it reads from.

    Attributes:
        id: Id of the vertex.
        inputs: Ids of the vertices it reads from.
        records_out: Rows written to other vertices; None where Flink does not say.
        operators: The operators.
    """

    id: str
    inputs: tuple[str, ...]
    records_out: int | None
    operators: tuple[Operator, ...]

    def last(self) -> Iterator[Operator]:
        """The operators that no other operator of the vertex reads from."""
        parents = {each.parent for each in self.operators}
        return (each for index, each in enumerate(self.operators) if index not in parents)

    def way_to(self, operator: Operator) -> list[Operator]:
        """The operators from the first one to this one."""
        way = [operator]
        while way[0].parent is not None:
            way.insert(0, self.operators[way[0].parent])
        return way


async def read_chains(client: FlinkClient, job_ids: Sequence[str]) -> list[Chain]:
    """The operators of the jobs, sources first.

    Raises:
        FlinkError: when Flink does not answer.
    """
    chains = []
    for job_id in job_ids:
        for vertex in (await client.job(job_id)).vertices:
            every = await client.metric_names(job_id, vertex.id)
            chosen = [name for name in every if name.rpartition(".")[2] in _FIGURES or _SPLIT.search(name)]
            chains.append(chain_of(vertex, chosen, await client.metrics(job_id, vertex.id, chosen) if chosen else {}))
    return chains


def chain_of(vertex: Vertex, names: Sequence[str], metrics: Mapping[str, SubtaskMetric]) -> Chain:
    """The operators of a vertex.

    Args:
        vertex: The vertex with its part of the plan.
        names: Names of its metrics.
        metrics: The known ones: a watermark that is named and not known does not exist yet.
    """
    operators: list[Operator] = []
    ways: list[int] = []
    for line in vertex.description.split("<br/>"):
        text = _BRANCH.sub("", line)
        if not text:
            continue
        depth = min((len(line) - len(text)) // _DEPTH, len(ways))
        parent = ways[depth - 1] if depth else None
        ways[depth:] = [len(operators)]
        operators.append(_operator(html.unescape(text), parent, names, metrics))
    return Chain(vertex.id, vertex.inputs, vertex.records_out, tuple(operators))


def _operator(text: str, parent: int | None, names: Sequence[str], metrics: Mapping[str, SubtaskMetric]) -> Operator:
    node = _NODE.match(text)
    if node is not None:
        name, kind, options = f"{node.group(2)}[{node.group(1)}]", node.group(2), node.group(3)
    else:
        # “Source: orders[1]”, “Sink: res[9]”, or “res[9]: Writer” with the role behind.
        before, _, behind = text.partition(": ")
        name, kind, options = text, before if before in {"Source", "Sink"} else behind or before, ""
    scope = _in_metrics(name) + "."
    own = {each.removeprefix(scope): metrics.get(each) for each in names if each.startswith(scope)}
    splits = [found.group(1) for each in names if (found := _SPLIT.search(each)) and each.startswith(scope)]
    return Operator(
        name=name,
        kind=kind,
        options=options,
        parent=parent,
        records_in=_total(own.get(_IN)),
        records_out=_total(own.get(_SENT if kind in {"Writer", "Sink"} else _OUT)),
        late=_total(own.get(_LATE)) or 0,
        watermark_in_ms=_lowest(own.get(_WATERMARK_IN)),
        watermark_out_ms=_lowest(own.get(_WATERMARK_OUT)),
        splits_without_watermark=tuple(
            sorted(each for each in splits if own.get(f"split.{each}.watermark.currentWatermark") is None)
        ),
    )


def _in_metrics(name: str) -> str:
    """An operator's name as Flink writes it into the names of metrics."""
    return re.sub(r"[.: ]", "_", name)


def _total(metric: SubtaskMetric | None) -> int | None:
    return None if metric is None else round(metric.sum)


def _lowest(metric: SubtaskMetric | None) -> int | None:
    return None if metric is None else round(metric.min)
