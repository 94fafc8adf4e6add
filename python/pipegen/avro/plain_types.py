"""Schemas without logical types: values stay the numbers and bytes that are written, whatever they stand for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipegen.avro.within import with_changed


def plain_types(node: Any, kept: Sequence[str] = ()) -> Any:
    """A copy of a schema without logical types.

    Args:
        node: The schema, parsed and valid.
        kept: Logical types that stay.
    """
    if isinstance(node, list):
        return [plain_types(branch, kept) for branch in node]
    if not isinstance(node, dict):
        return node
    plain = {key: value for key, value in node.items() if key != "logicalType" or value in kept}
    return with_changed(plain, lambda within: plain_types(within, kept))
