"""One rule for Ctrl-C, SIGTERM and SIGHUP, seen from outside the process that they are sent to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
NUMBERS = [number for number, _ in CODES]
START = """
import sys, time
from pipegen.signals import heard, leave, take_signals, unheard_by_children
take_signals()
def say(text): print(text, flush=True)
"""
# A command that ends in order when it is interrupted, which takes it longer than anybody waits.
SLOW_END = """
try:
    with heard(left=lambda: ["topic orders-in"]):
        say("at work")
        time.sleep(60)
finally:
    say("ending")
    with heard(left=lambda: ["topic orders-in"]):
        time.sleep(60)
"""
QUICK_END = """
try:
    say("at work")
    time.sleep(60)
finally:
    say("in order")
"""


@contextmanager
def program(body: str, *wrapper: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has said that it is at work."""
    with subprocess.Popen(
        [*wrapper, sys.executable, "-c", START + body],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert line_of(process) == "at work"
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize(("number", "code"), CODES)
def test_the_first_signal_ends_the_program_in_order(number: signal.Signals, code: int) -> None:
    with program(QUICK_END) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out.strip(), err) == (code, "in order", "")


@pytest.mark.parametrize("second", NUMBERS)
def test_a_second_one_ends_it_at_once_and_says_what_is_left(second: signal.Signals) -> None:
    with program(SLOW_END) as process:
        process.send_signal(signal.SIGINT)
        assert line_of(process) == "ending"
        time.sleep(0.5)  # sooner it is the same wish
        process.send_signal(second)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip().splitlines() == ["interrupted again: ended at once", "left: topic orders-in"]


def test_a_signal_that_arrives_twice_at_a_time_is_one() -> None:
    body = QUICK_END.replace('say("in order")', 'time.sleep(1); say("in order")')
    with program(body) as process:
        for _ in range(2):
            process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.strip()) == (129, "in order")


def test_timeout_which_signals_twice_ends_it_in_order() -> None:
    with program(QUICK_END, "timeout", "600") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out.strip(), err) == ("in order", "")


def test_a_program_that_nobody_may_hang_up_goes_on() -> None:
    with program('say("at work"); time.sleep(1); say("done")', "nohup") as process:
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.strip()) == (0, "done")


def test_ctrl_c_is_heard_by_a_program_that_a_shell_started_in_its_background() -> None:
    with program(QUICK_END, "sh", "-c", 'trap "" INT; exec "$@"', "sh") as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


@pytest.mark.parametrize("number", NUMBERS)
def test_a_thread_that_waits_for_ever_does_not_hold_up_the_end(number: signal.Signals) -> None:
    body = """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
pool.submit(time.sleep, 600)
def wait(*_):
    say("at work")
    time.sleep(60)
import pipegen.cli
pipegen.cli.app = wait
pipegen.cli.main()
"""
    with program(body) as process:
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (128 + number, "interrupted")


@pytest.mark.parametrize("number", NUMBERS)
def test_an_interruption_that_comes_out_as_another_error_is_one_all_the_same(number: signal.Signals) -> None:
    body = """
import pipegen.cli
def half_imported(*_):
    try:
        say("at work")
        time.sleep(60)
    except BaseException:
        raise AttributeError("partially initialized module") from None
pipegen.cli.app = half_imported
pipegen.cli.main()
"""
    with program(body) as process:
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (128 + number, "interrupted")


def test_a_signal_while_python_itself_ends_leaves_no_trace() -> None:
    body = """
import atexit
atexit.register(lambda: (say("at work"), time.sleep(60)))
leave(0)
"""
    with program(body) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")


def test_a_child_that_is_told_otherwise_hears_no_signal() -> None:
    body = """
import subprocess
child = [sys.executable, "-c", "import time; print('at work', flush=True); time.sleep(2); print('done')"]
with unheard_by_children():
    started = subprocess.Popen(child)
started.wait()
"""
    with program(body + "say(started.returncode)") as process:
        # The group is signalled, as a terminal does it.
        for number in (signal.SIGTERM, signal.SIGHUP):
            os.killpg(process.pid, number)
        out = process.stdout.read() if process.stdout else ""
    assert "done" in out


@pytest.mark.parametrize("number", NUMBERS)
def test_the_second_that_imports_take_is_heard_too(number: signal.Signals) -> None:
    # The import system stands still where a command line would be half imported.
    body = """
import sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            print("at work", flush=True)
            try:
                time.sleep(60)
            except BaseException:
                pass  # as compiled code does it that looks whether a module is half imported
sys.meta_path.insert(0, Slow())
from pipegen.__main__ import main
main()
"""
    with subprocess.Popen(
        [sys.executable, "-c", body], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert line_of(process) == "at work"
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (128 + number, "")


LOST = """
import os, signal
class Closes:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        say("in a destructor")
Closes()
say("at work")
told = []
with heard(told.append):
    say(told)
with heard(told.append):
    say(told)
"""


def test_a_signal_whose_exception_python_loses_is_told_once_to_the_next_who_listens() -> None:
    done = subprocess.run([sys.executable, "-c", START + LOST], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-3:] == ["at work", "[143]", "[143]"], done.stderr


LATE = """
import os, signal
class Late:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGHUP)
late = Late()
leave(7)
"""


def test_a_signal_in_the_last_moment_leaves_the_exit_code_alone() -> None:
    assert subprocess.run([sys.executable, "-c", START + LATE], check=False).returncode == 7
