"""A project whose input is a data file: its settings, and the table by which Flink reads the file itself. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.choices import FeedMode

FILESYSTEM_OPTIONS: Final[Mapping[str, str]] = {
    "connector": "filesystem",
    "path": "${DATA_FILE}",
    "format": "csv",
    "csv.null-literal": "\\N",
}
"""Options of the source table when Flink reads the file: PipeGen writes it for each run as the format wants it."""


@dataclass(frozen=True, slots=True)
class FileInput:
    """The file that a project's input comes from.

    Attributes:
        path: As the settings name it: relative to the project's folder, or absolute.
        mode: Through Kafka, or read by Flink.
        time_column: A field with the rows' own times; None where there is none.
        told: Settings of the section that were told and not found out, such as the delimiter.
    """

    path: str
    mode: FeedMode
    time_column: str | None
    told: Mapping[str, object]

    def settings_yaml(self) -> str:
        """The section ``feed`` of the settings."""
        lines = [
            "feed:",
            f"  file: {json.dumps(self.path, ensure_ascii=False)}",
            *(f"  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in self.told.items()),
        ]
        if self.mode == "filesystem":
            lines.append("  mode: filesystem            # Flink reads the file itself; nothing is sent")
        else:
            column = self.time_column or "created_at"
            lines += [
                "  # loop: true                # begin again after the last row; false ends the load there",
                f"  # time_column: {column}",
                "  # speed: 60                 # rows at the times of that column, 60 times faster",
            ]
        return "\n" + "\n".join(lines) + "\n"
