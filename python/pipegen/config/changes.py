"""The setting of how the rows of an input change while it is sent."""

from __future__ import annotations

from math import isclose
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipegen.config.records import Share
from pipegen.units import format_percent

ColumnNames = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
POOL_MAX: Final = 10_000_000
_USUAL: Final = {"create": 0.2, "update": 0.7, "delete": 0.1}


class ChangeSettings(BaseModel):
    """Shares of the records that create, update and delete a row; those that are left out are 0 if one is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: Share = Field(default=0.2, description="Share of records that create a row.")
    update: Share = Field(default=0.7, description="Share of records that update one.")
    delete: Share = Field(default=0.1, description="Share of records that delete one, in upsert-kafka by a null value.")
    pool: int | None = Field(
        default=None,
        ge=1,
        le=POOL_MAX,
        description="Rows that can be there at once; as many as the load needs without.",
    )
    key: ColumnNames | None = Field(
        default=None, min_length=1, description="Columns that tell rows apart, for a table without a primary key."
    )

    @model_validator(mode="before")
    @classmethod
    def _others_are_none(cls, value: object) -> object:
        if isinstance(value, dict) and value.keys() & _USUAL.keys():
            return {**dict.fromkeys(_USUAL, 0), **value}
        return value

    @model_validator(mode="after")
    def _whole(self) -> ChangeSettings:
        total = self.create + self.update + self.delete
        if not isclose(total, 1, abs_tol=1e-6):
            raise ValueError(f"create, update and delete are {format_percent(total)} together: make them 100 %")
        return self
