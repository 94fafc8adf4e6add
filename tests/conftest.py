"""Fixtures that every folder of tests may use: the real local stack, started once a session."""

from __future__ import annotations

from hypothesis import settings

# The same examples each time, so that a red test tells of the change. `--hypothesis-profile=default` draws new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

pytest_plugins = ["tests.isolation", "tests.skips", "tests.stack_fixture"]
