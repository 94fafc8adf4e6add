"""Warns before the load of what a topic's clean-up policy does not go with: tombstones, and records without a key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from pipegen.project import InputFacts
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext, warn
from pipegen.run.spec import RunSpec

_POLICY = "cleanup.policy"


@dataclass(frozen=True, slots=True)
class Written:
    """What is written to a topic.

    Attributes:
        topic: The topic.
        what: Who writes to it, such as ``input orders``.
        tombstones: Whether null values are among it.
        keyless: Whether it has no keys.
    """

    topic: str
    what: str
    tombstones: bool
    keyless: bool


async def warn_of_compaction(context: RunContext, clients: Clients) -> None:
    """Asks Kafka for the policy of each topic that it matters for, and tells what does not go with it."""
    own = {resource.name for resource in context.journal.made if resource.kind == "topic"}
    for each in _written(context):
        # What happens to tombstones in a topic that is deleted at the end is of no interest.
        asked = each.keyless or (each.tombstones and each.topic not in own)
        policy = await asyncio.to_thread(clients.kafka.topic_setting, each.topic, _POLICY) if asked else None
        doubt = None if policy is None else doubt_of(each, policy, is_own=each.topic in own)
        if doubt is not None:
            warn(context, *doubt)


def doubt_of(written: Written, policy: str, *, is_own: bool) -> tuple[str, str] | None:
    """What does not go with the clean-up policy of a topic, and what to do; None where all does.

    Args:
        written: What is written to it.
        policy: Its ``cleanup.policy``.
        is_own: Whether the run has created it, and deletes it.
    """
    compacted = "compact" in policy
    if written.keyless and compacted:
        told = (
            f"{written.what}: its records have no key, and topic {written.topic} is compacted ({_POLICY}={policy}):"
            " Kafka refuses them"
        )
        return told, "Give them a key, or write to a topic that is not compacted."
    if written.tombstones and not compacted and not is_own:
        told = (
            f"{written.what}: null values delete rows, and topic {written.topic} is not compacted"
            f" ({_POLICY}={policy}): it keeps deleted rows, and loses rows that are not written again in time"
        )
        return told, f"Set {_POLICY}=compact for the topic."
    return None


def _written(context: RunContext) -> Iterator[Written]:
    spec, project = context.spec, context.spec.project
    for topic, facts in zip(context.names.input_topics(project.inputs), project.inputs, strict=True):
        if spec.file is None and facts.name not in spec.files:
            yield Written(topic, f"input {facts.name}", _has_tombstones(spec, facts), _is_keyless(spec, facts))
    for output in context.outputs:
        table = output.facts.table
        tombstones = table is not None and table.changelog is None and table.deletes
        yield Written(output.topic, f"output {output.facts.name}", tombstones, output.facts.keyless)


def _has_tombstones(spec: RunSpec, facts: InputFacts) -> bool:
    changes = None if facts.record is None else facts.record.changes
    if changes is not None:
        return changes.format == "upsert" and changes.told.delete > 0
    told = spec.settings.inputs.get(facts.name)
    faults = spec.settings.faults if told is None or not told.faults.shares() else told.faults
    return "tombstones" in faults.shares()


def _is_keyless(spec: RunSpec, facts: InputFacts) -> bool:
    record, pipeline = facts.record, spec.settings.pipeline
    if record is not None:
        return record.key is None and (record.key_setting is None or record.key_setting == "none")
    return pipeline.key_field is None and (pipeline.key is None or pipeline.key == "none")
