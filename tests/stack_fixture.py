"""The real local stack for tests: started once a session, in a folder of its own, on ports of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.errors import PipeGenError
from pipegen.stack import Endpoints, LocalStack


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A running stack. Its artifacts come from the user's own cache, so only the first session ever fetches them."""
    stack = LocalStack(tmp_path_factory.mktemp("stack"))
    try:
        stack.up(auto_ports=True)
    except PipeGenError as error:
        # No skip: a test run without the real services would prove nothing.
        told = "\n".join(filter(None, (error.message, error.detail, error.remedy)))
        pytest.fail(f"the local stack does not come up: {told}", pytrace=False)
    yield stack
    stack.down()


@pytest.fixture(scope="session")
def endpoints(local_stack: LocalStack) -> Endpoints:
    """Where the session's stack answers."""
    found = local_stack.endpoints()
    assert found is not None
    return found


@pytest.fixture
def stack_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder for a stack of the test's own: whatever the test left running in it is stopped."""
    folder = tmp_path / "own-stack"
    yield folder
    LocalStack(folder).down()
