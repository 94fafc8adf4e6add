"""Which dashboards are shown together."""

from __future__ import annotations

import pytest

from pipegen.cli.aggregate import aggregate_addresses
from pipegen.errors import SettingsError


def test_ports_are_of_this_machine_and_come_before_addresses() -> None:
    assert aggregate_addresses("1, 65535", ["https://other/x"]) == [
        "http://127.0.0.1:1",
        "http://127.0.0.1:65535",
        "https://other/x",
    ]
    assert aggregate_addresses(None, []) == []


@pytest.mark.parametrize("ports", ["", "0", "65536", "-1", "3001,", "3001;3002", "a"])
def test_what_is_no_port_is_refused(ports: str) -> None:
    with pytest.raises(SettingsError, match="is not a port"):
        aggregate_addresses(ports, [])
