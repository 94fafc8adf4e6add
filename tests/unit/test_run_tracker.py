"""What a run's status says about the load."""

from __future__ import annotations

import pytest

from pipegen.run.progress import RunStatus


@pytest.mark.parametrize(
    ("start_ns", "end_ns", "loading"), [(None, None, False), (11, None, False), (10, None, True), (5, 9, False)]
)
def test_the_load_is_under_way_from_its_first_due_event_to_its_end(
    start_ns: int | None, end_ns: int | None, loading: bool
) -> None:
    assert RunStatus(load_start_ns=start_ns, load_end_ns=end_ns).was_loading(10) is loading
