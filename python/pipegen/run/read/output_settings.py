"""What the settings say of each output, checked against those that the SQL has."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.config.topics import OutputSettings
from pipegen.errors import SettingsError
from pipegen.project import Project
from pipegen.project.plan.flow import PathShape
from pipegen.suggestion import did_you_mean


def chosen_shapes(settings: Settings) -> dict[str, PathShape]:
    """The shapes set in the settings, by output."""
    return {name: told.shape for name, told in settings.outputs.items() if told.shape is not None}


def output_settings(project: Project, settings: Settings, sources: Mapping[str, str]) -> dict[str, OutputSettings]:
    """What the settings say of each output.

    Raises:
        SettingsError: they name an output that is not there, or say of several what goes with one alone.
    """
    names = [facts.name for facts in project.outputs]
    if not project.read:
        return {name: OutputSettings() for name in names}
    unknown = next((name for name in settings.outputs if name not in names), None)
    if unknown is not None:
        listed = f"Outputs are {', '.join(names)}." if len(names) > 1 else f"The output is {names[0]}."
        raise SettingsError(
            f"{source_of(sources, f'outputs.{unknown}')}: outputs.{unknown}: the SQL has no such output",
            remedy=did_you_mean(unknown, names) or listed,
        )
    told = {name: settings.outputs.get(name) or OutputSettings() for name in names}
    expected = settings.expected_messages
    if expected is None:
        return told
    if len(names) > 1:
        raise SettingsError(
            f"{source_of(sources, 'expected_messages')}: expected_messages: "
            f"there are several outputs ({', '.join(names)})",
            remedy="Set it for each of them in outputs.NAME.expected_messages.",
        )
    return {name: each.model_copy(update={"expected_messages": expected}) for name, each in told.items()}
