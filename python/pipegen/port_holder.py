"""Who listens on a port of this machine, for a sentence that says why it cannot be had."""

from __future__ import annotations

import psutil

_HIDDEN = "a process that this user may not see"


def port_holder(port: int) -> str:
    """``java (pid 4711)``, with the stack of PipeGen it is part of, or why that cannot be said."""
    try:
        pids = [
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        ]
        pid = next((pid for pid in pids if pid), None)
        if pid is None:
            return _HIDDEN
        process = psutil.Process(pid)
        stack = next((a.partition("=")[2] for a in process.cmdline() if a.startswith("-Dpipegen.stack=")), None)
        return f"{process.name()} (pid {pid})" + (f", part of the PipeGen stack in {stack}" if stack else "")
    except psutil.Error:
        return _HIDDEN
