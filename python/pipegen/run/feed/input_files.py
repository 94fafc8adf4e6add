"""Opens the data files of a run with several inputs, without reading rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.datafile import CaptureFile, DataFile
from pipegen.errors import SettingsError
from pipegen.project import Project
from pipegen.run.feed.file import open_file
from pipegen.run.feed.table_rows import refuse_keys

_OF_ONE: Final = ("speed", "time_column", "topic")


def open_input_files(project: Project, settings: Settings, sources: Mapping[str, str]) -> Mapping[str, DataFile]:
    """The file of each input that has one; empty if there is only one input, whose file is ``feed.file``.

    Raises:
        ProjectError: a file is missing or cannot be read.
        SettingsError: a setting works only with a single input or only with generated records.
    """
    if len(project.inputs) < 2:
        return {}
    told = {name: each.file for name, each in settings.inputs.items() if each.file is not None}
    if settings.feed.file is not None and settings.feed.mode == "kafka":
        told.setdefault(project.inputs[0].name, settings.feed.file)
    known = [each for each in project.inputs if each.name in told]
    if known:
        _refuse(settings, sources, [each.name for each in known])
    files: dict[str, DataFile] = {}
    for facts in known:
        file = open_file(project.dir / told[facts.name], settings, None, facts.topic)
        if isinstance(file, CaptureFile):
            refuse_keys(file, facts)
        files[facts.name] = file
    return files


def _refuse(settings: Settings, sources: Mapping[str, str], names: Sequence[str]) -> None:
    several = "the SQL has several inputs, so rows follow the traffic pattern and start over after the last one"
    for key in _OF_ONE:
        if getattr(settings.feed, key) is not None:
            raise SettingsError(f"{source_of(sources, f'feed.{key}')}: feed.{key}: {several}", remedy="Leave it out.")
    if not settings.feed.loop:
        raise SettingsError(f"{source_of(sources, 'feed.loop')}: feed.loop: {several}", remedy="Leave it out.")
    for name in names:
        input_settings = settings.inputs.get(name)
        if shares := (input_settings.faults.shares() if input_settings else {}) or settings.faults.shares():
            raise SettingsError(
                f"inputs.{name}.file: {', '.join(shares)}: faults are injected into generated records only, not into "
                "rows of a data file",
                remedy="Set faults for the generated inputs: inputs.NAME.faults.",
            )
