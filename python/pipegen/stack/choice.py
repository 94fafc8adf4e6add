"""Chooses the stack that a command works on."""

from __future__ import annotations

from pathlib import Path

from pipegen.choices import StartedStack
from pipegen.stack.compose import ComposeStack, container_engine_answers
from pipegen.stack.interface import Stack
from pipegen.stack.local import LocalStack


def choose_stack(kind: StartedStack) -> Stack:
    """The stack of that kind.

    ``auto`` is the one that runs already; else containers where an engine answers, else local processes.
    """
    if kind == "local":
        return LocalStack()
    if kind == "docker":
        return ComposeStack()
    local = LocalStack()
    if local.endpoints() is None and container_engine_answers():
        return ComposeStack()
    return local


def stack_of(state_file: Path) -> Stack:
    """The stack that has this state file."""
    local = LocalStack(state_file.parent)
    return local if local.state_file == state_file else ComposeStack(state_file.parent)


def stacks_present() -> list[Stack]:
    """Every stack that was ever started here and not deleted; asks no container engine where none was used."""
    candidates: list[LocalStack | ComposeStack] = [LocalStack(), ComposeStack()]
    return [stack for stack in candidates if stack.state_file.exists()]
