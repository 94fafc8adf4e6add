"""Fixtures that every folder of tests may use: the real local stack, started once a session."""

from __future__ import annotations

pytest_plugins = ["tests.isolation", "tests.skips", "tests.stack_fixture"]
