"""Ends a run whose load Kafka rejects as a whole and permanently, which no probe has shown before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from pipegen.errors import KafkaError
from pipegen.hotpath import Totals, now_ns
from pipegen.run.send.interfaces import MeterView, SendInput
from pipegen.run.send.refusal import FOR_GOOD, refused_for_good
from pipegen.services.kafka import KafkaAdmin

_LOOK_S: Final = 0.2
_LEAST: Final = 20
"""Records that must have been rejected before the rest is not sent."""


class RefusedLoad:
    """Looks at what Kafka makes of the records of each input.

    Args:
        meters: The meters of each input.
        send_input: What is sent, and to which topics.
        kafka: The cluster.
    """

    def __init__(self, meters: Sequence[MeterView], send_input: SendInput, kafka: KafkaAdmin) -> None:
        self._meters = meters
        self._send_input = send_input
        self._kafka = kafka

    async def watch(self) -> None:
        """Looks for ever; ends only by raising.

        Raises:
            KafkaError: every record of an input is rejected permanently, with the cause and the setting.
        """
        while True:
            await self.look(least=_LEAST)
            await asyncio.sleep(_LOOK_S)

    async def look(self, *, least: int = 1) -> None:
        """Looks once.

        Args:
            least: Records that must have been rejected.

        Raises:
            KafkaError: as :meth:`watch`.
        """
        for number, meters in enumerate(self._meters):
            name = sole_refusal(meters.totals(), least=least)
            if name is not None:
                raise await asyncio.to_thread(self._error, number, name)

    def _error(self, number: int, name: str) -> KafkaError:
        topic = self._send_input.topics[number]
        # One like those that were sent: what was sent is not kept.
        value, key = self._send_input.records[number].record(0, due_ns=now_ns())
        return refused_for_good(
            name,
            topic=topic,
            value_bytes=len(value or b""),
            has_key=key is not None,
            topic_setting=partial(self._kafka.topic_setting, topic),
        )


def sole_refusal(totals: Totals, *, least: int) -> str | None:
    """The name of the error if Kafka has rejected every record permanently; None if one was accepted or may yet be."""
    failures = totals.failures
    if totals.delivered or not failures or totals.failed < least or not failures.keys() <= FOR_GOOD:
        return None
    return max(failures, key=lambda name: failures[name])
