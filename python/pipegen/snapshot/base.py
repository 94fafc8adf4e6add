"""The base of every model of the contract."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ContractModel(BaseModel):
    """Frozen, and closed: a field that is not in the contract is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
