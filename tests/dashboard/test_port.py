"""A port that cannot be had becomes a sentence."""

from __future__ import annotations

import asyncio
import os
import socket

import psutil
import pytest

from pipegen.bus import EventBus
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from pipegen.errors import SettingsError


def start(host: str, port: int) -> str:
    async def attempt() -> str:
        server = DashboardServer(bus=EventBus(), settings=DashboardSettings(host=host, port=port))
        url = await server.start()
        await server.stop()
        return url

    return asyncio.run(attempt())


def test_a_taken_port_names_the_process_that_holds_it_and_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(SettingsError) as refused:
            start("127.0.0.1", port)
    assert f"port {port}" in refused.value.message
    assert f"{psutil.Process().name()} (pid {os.getpid()})" in refused.value.message
    assert "--dashboard-port" in str(refused.value.remedy)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_of_elsewhere_is_refused_with_a_sentence(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        start(host, 0)
    assert host in refused.value.message


def test_port_zero_takes_a_free_one() -> None:
    url = start("127.0.0.1", 0)
    assert url.startswith("http://127.0.0.1:")
    assert not url.endswith(":0")
