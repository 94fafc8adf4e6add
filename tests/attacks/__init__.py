"""Attacks on PipeGen as it runs: real processes, loopback only, bounded. ``python -m tests.attacks`` prints a table."""

from __future__ import annotations

from typing import Final

from tests.attacks import on_clients, on_dashboards, on_files, on_runs, on_terminals
from tests.attacks.attack import Attack, Ground, Outcome

__all__ = ["ATTACKS", "Attack", "Ground", "Outcome"]

ATTACKS: Final = [
    *on_dashboards.ATTACKS,
    *on_clients.ATTACKS,
    *on_files.ATTACKS,
    *on_terminals.ATTACKS,
    *on_runs.ATTACKS,
]
"""All of them."""
