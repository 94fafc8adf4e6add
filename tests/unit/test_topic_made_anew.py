"""A topic of the pipeline that ends before where it ended is told of, once for each time that it happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipegen.errors import ServiceError
from pipegen.observe.kafka import KafkaCollector
from pipegen.services.kafka import KafkaAccess, KafkaAdmin
from tests.unit.stand_in_kafka import StandInKafka


@pytest.fixture
def admin() -> Iterator[KafkaAdmin]:
    kafka = StandInKafka()
    yield KafkaAdmin(KafkaAccess(kafka.bootstrap_servers))
    kafka.close()


def test_a_topic_that_was_made_anew_is_told_of_and_one_of_others_is_not(admin: KafkaAdmin) -> None:
    told: list[ServiceError] = []
    collector = KafkaCollector(
        admin, input_topics=["orders"], output_topics={}, base_offsets={}, on_failure=told.append
    )
    for end in (5, 8, 2, 3):
        collector._tell_made_anew({("orders", 0): end, ("orders", 1): 7, ("theirs", 0): end})
    # Gone for a while, and there again.
    collector._tell_made_anew({})
    collector._tell_made_anew({("orders", 0): 0})
    assert [each.message for each in told] == [
        "topic orders was recreated or truncated: partition 0 ends at 2 instead of 8",
        "topic orders was recreated or truncated: partition 0 ends at 0 instead of 3",
    ]
