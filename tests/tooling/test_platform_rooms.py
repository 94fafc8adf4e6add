"""What one platform alone has stands in one module each: another platform is a new file there, and not a search."""

from __future__ import annotations

import pytest

from tests.tooling.test_copies import places_of

ROOMS: dict[str, tuple[str, set[str]]] = {
    "signals": (r"\bsignal\.(SIG|signal\b)|\bSIG(INT|TERM|KILL|HUP|STOP|CONT)\b.*=|^import signal", {"signals.py"}),
    "signal handlers of the loop": (r"add_signal_handler", set()),
    "detached processes": (r"start_new_session|preexec_fn|process_group=|setsid|creationflags", {"stack/process.py"}),
    "processes by number": (r"os\.(kill|killpg|getpgid|setpgid|fork|wait|waitpid)\b", set()),
    "the file system of Linux's kernel": (
        r"[\"']/(proc|sys)/",
        {"outputs/processor.py", "services/process_maps.py"},
    ),
    "locks": (r"\b(fcntl|msvcrt|lockf|flock)\b", set()),
    "users": (r"os\.(getuid|geteuid|getgid|chown)\b|^import (pwd|grp)\b", {"user_folders.py"}),
    "the kernel's calls": (r"\b(prctl|ctypes|dlopen|sched_setaffinity|setrlimit|termios)\b", set()),
    "the name of the platform": (r"sys\.platform|os\.name\b", {"services/librdkafka.py"}),
}


@pytest.mark.parametrize("name", ROOMS)
def test_what_one_platform_has_is_used_in_its_room_alone(name: str) -> None:
    pattern, rooms = ROOMS[name]
    assert places_of(rf"(?m){pattern}") == rooms
