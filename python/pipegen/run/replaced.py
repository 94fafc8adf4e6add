"""Which tables of other connectors than Kafka's a run replaces, as the settings say."""

from __future__ import annotations

from pipegen.config import Settings
from pipegen.project.plan.stand_in import StandInRules


def stand_in_rules(settings: Settings) -> StandInRules | None:
    """The rules of a run; None where tables stay as they are written.

    A project over topics of its own keeps the generators that Flink can run: they stand beside its input.
    """
    pipeline = settings.pipeline
    if pipeline.use_topics_as_written:
        return None
    return StandInRules(
        generators=bool(pipeline.sql),
        keep=frozenset(pipeline.write_external),
        feed=frozenset(pipeline.feed_external),
    )
