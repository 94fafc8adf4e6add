"""Brings services up: as processes of this machine (:class:`LocalStack`) or in containers. Prints nothing.

Every call blocks; from asyncio use ``asyncio.to_thread``.
"""

from pipegen.stack.artifacts import shipped_versions
from pipegen.stack.choice import choose_stack, stack_of, stacks_present
from pipegen.stack.compose import ComposeStack, container_engine_answers
from pipegen.stack.interface import Progress, Silent, Stack
from pipegen.stack.local import LocalStack
from pipegen.stack.parts import Endpoints, Part, PartState, PartStatus

__all__ = [
    "ComposeStack",
    "Endpoints",
    "LocalStack",
    "Part",
    "PartState",
    "PartStatus",
    "Progress",
    "Silent",
    "Stack",
    "choose_stack",
    "container_engine_answers",
    "shipped_versions",
    "stack_of",
    "stacks_present",
]
