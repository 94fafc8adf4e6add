"""Brings services up: as processes of this machine (:class:`LocalStack`) or in containers. Prints nothing.

Every call blocks; from asyncio use ``asyncio.to_thread``.
"""

from pipegen.stack.contract import Progress, Silent, Stack
from pipegen.stack.local import LocalStack
from pipegen.stack.parts import Endpoints, Part, PartState, PartStatus

__all__ = ["Endpoints", "LocalStack", "Part", "PartState", "PartStatus", "Progress", "Silent", "Stack"]
