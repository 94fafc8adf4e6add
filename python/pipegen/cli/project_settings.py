"""The settings that a command works with: loaded in one place, where what is out of date in them is said."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pipegen.cli.flags import FLAG_NAMES
from pipegen.cli.known_secrets import remember
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.sentences import print_warning
from pipegen.config import ResolvedSettings, load_settings
from pipegen.user_folders import home_folder


def project_settings(project: ProjectOptions, flags: Mapping[str, object]) -> ResolvedSettings:
    """The settings in force, after a warning for each name that has changed; the folder need not be a project.

    Args:
        project: The folder, and the file to read instead of the project's own.
        flags: What the command line sets.
    """
    resolved = load_settings(
        project_dir=project.project_dir,
        flags=flags,
        flag_names=FLAG_NAMES,
        environ=os.environ,
        config_file=project.config,
        home=home_folder(),
    )
    remember(resolved.settings)
    for warning in resolved.warnings:
        print_warning(warning)
    return resolved
