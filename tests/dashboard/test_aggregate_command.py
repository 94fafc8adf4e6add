"""What ``pipegen dashboard --aggregate-ports`` and ``--aggregate`` take."""

from __future__ import annotations

import pytest

from pipegen.cli.aggregate import aggregate_addresses
from pipegen.errors import SettingsError


def test_ports_and_addresses_are_followed_in_their_order() -> None:
    assert aggregate_addresses("3001, 3002", ["https://elsewhere:3000"]) == [
        "http://127.0.0.1:3001",
        "http://127.0.0.1:3002",
        "https://elsewhere:3000",
    ]


@pytest.mark.parametrize("wrong", ["3001,", "http", "0", "70000", ""])
def test_what_is_no_port_is_refused_before_anything_starts(wrong: str) -> None:
    with pytest.raises(SettingsError):
        aggregate_addresses(wrong, [])
