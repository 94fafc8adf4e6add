"""Where the dashboard listens, and what is said when it cannot."""

from __future__ import annotations

import pytest

from pipegen.dashboard.port import listen
from pipegen.errors import SettingsError


def test_a_free_port_is_listened_on() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_that_is_taken_is_named() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} of the dashboard is taken by"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_with_one_that_works() -> None:
    with pytest.raises(SettingsError) as caught:
        listen("192.0.2.7", 0)
    assert caught.value.message.startswith("the dashboard cannot listen on 192.0.2.7:0: ")
    assert caught.value.remedy == "Use an address of this machine for dashboard.host, like 127.0.0.1."
