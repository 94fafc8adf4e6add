"""The state file of a local stack: which processes it started and on which ports. Read and written whole."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipegen.errors import StackError
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports
from pipegen.stack.process import ProcessRecord
from pipegen.whole_file import write_whole


class PartRecord(BaseModel):
    """One process that was started for a part."""

    model_config = ConfigDict(extra="forbid")

    process: ProcessRecord
    version: str
    log_file: Path
    instance: str = ""


class StackState(BaseModel):
    """All that must be known to find a stack again. A part stays listed until the stack is stopped on purpose.

    ``for_run`` is the run that started it for itself; None once the user has asked for it with ``pipegen deploy``.
    """

    model_config = ConfigDict(extra="forbid")

    format_version: int = 1
    ports: Ports | None = None
    parts: dict[Part, PartRecord] = Field(default_factory=dict)
    for_run: str | None = None

    @classmethod
    def load(cls, path: Path) -> StackState:
        """The state in ``path``; an empty one where there is no such file.

        Raises:
            StackError: the file is there and cannot be used.
        """
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValidationError) as error:
            raise StackError(
                f"the stack's state file {path} cannot be read",
                remedy="stop what still runs by hand (the parts are Java processes) and delete the file",
                detail=str(error),
            ) from error

    def save(self, path: Path) -> None:
        """Write it so that a reader sees the old state or the new one, never half of it."""
        write_whole(path, self.model_dump_json(indent=1))
