"""Signals on a loop: told to whoever listens, else the command is cancelled and puts its things in order."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from pipegen.errors import EXIT_HUNG_UP, EXIT_INTERRUPTED, EXIT_TERMINATED
from pipegen.interrupts import on_interrupt, run_interruptible
from pipegen.signals import Interrupted

CODES = [(signal.SIGINT, EXIT_INTERRUPTED), (signal.SIGTERM, EXIT_TERMINATED), (signal.SIGHUP, EXIT_HUNG_UP)]


@pytest.mark.parametrize(("number", "code"), CODES)
def test_whoever_listens_is_told_the_exit_code(number: signal.Signals, code: int) -> None:
    async def taken() -> int:
        codes: asyncio.Queue[int] = asyncio.Queue()
        with on_interrupt(codes.put_nowait):
            os.kill(os.getpid(), number)
            return await codes.get()

    assert asyncio.run(taken()) == code


@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_command_that_listens_to_nothing_is_cancelled_and_ends_in_order(number: signal.Signals, code: int) -> None:
    told: list[str] = []

    async def command() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            told.append("in order")

    with pytest.raises(Interrupted) as raised:
        run_interruptible(command())
    assert (raised.value.code, told) == (code, ["in order"])


def test_a_command_that_ends_by_itself_gives_its_result() -> None:
    async def command() -> int:
        return 3

    assert run_interruptible(command()) == 3


def test_a_thread_that_waits_for_a_service_does_not_hold_up_an_interrupted_command() -> None:
    gone_on = threading.Event()

    async def command() -> None:
        waiting = asyncio.create_task(asyncio.to_thread(gone_on.wait, 60))
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
        await waiting

    try:
        with pytest.raises(Interrupted):
            run_interruptible(command())
        assert [thread for thread in threading.enumerate() if thread.name.startswith("pipegen-wait")] != []
    finally:
        gone_on.set()


@pytest.fixture
def foreground() -> Iterator[None]:
    """Ctrl-C as in a foreground process: shells start background jobs with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("foreground")
def test_after_the_block_ctrl_c_is_what_it_was() -> None:
    async def wait() -> None:
        with on_interrupt(lambda _code: None):
            pass
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(20)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(wait())
