"""What does not go with the clean-up policy of a topic is told before the load, and nothing else is."""

from __future__ import annotations

import pytest

from pipegen.run.compaction import Written, doubt_of

TOMBSTONES = Written("orders", "input orders", tombstones=True, keyless=False)
KEYLESS = Written("paid", "output paid", tombstones=False, keyless=True)


def test_tombstones_into_a_topic_that_is_not_compacted_are_named() -> None:
    doubt = doubt_of(TOMBSTONES, "delete", is_own=False)
    told = (
        "input orders: null values delete rows, and topic orders is not compacted (cleanup.policy=delete):"
        " it keeps deleted rows, and loses rows that are not written again in time"
    )
    assert doubt == (told, "Set cleanup.policy=compact for the topic.")


@pytest.mark.parametrize("is_own", [True, False])
def test_records_without_a_key_in_a_compacted_topic_are_named(is_own: bool) -> None:
    doubt = doubt_of(KEYLESS, "compact,delete", is_own=is_own)
    assert doubt is not None
    assert doubt[0] == (
        "output paid: its records have no key, and topic paid is compacted (cleanup.policy=compact,delete):"
        " Kafka refuses them"
    )


def test_what_goes_with_a_policy_is_not_named() -> None:
    assert doubt_of(TOMBSTONES, "compact", is_own=False) is None
    assert doubt_of(TOMBSTONES, "delete", is_own=True) is None
    assert doubt_of(KEYLESS, "delete", is_own=False) is None
