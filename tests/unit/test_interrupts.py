"""Ctrl-C and SIGTERM ask to end in order, as long as somebody listens."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from pipegen.interrupts import interruption, on_interrupt

CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.mark.parametrize(("number", "code"), CODES)
def test_each_signal_asks_for_its_exit_code_every_time(number: signal.Signals, code: int) -> None:
    async def taken() -> list[int]:
        codes: asyncio.Queue[int] = asyncio.Queue()
        with on_interrupt(codes.put_nowait):
            found = []
            for _ in range(2):
                os.kill(os.getpid(), number)
                found.append(await codes.get())
            return found

    assert asyncio.run(taken()) == [code, code]


@pytest.mark.parametrize("number", [number for number, _ in CODES])
def test_either_signal_sets_the_event(number: signal.Signals) -> None:
    async def wait() -> None:
        with interruption() as arrived:
            os.kill(os.getpid(), number)
            await arrived.wait()

    asyncio.run(asyncio.wait_for(wait(), 20))


def test_after_the_block_ctrl_c_is_an_interruption_again() -> None:
    async def wait() -> None:
        with interruption():
            pass
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(20)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(wait())
