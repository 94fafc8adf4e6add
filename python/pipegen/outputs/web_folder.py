"""Where the files of the page lie: the checkout's while developing, the packaged ones in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from pipegen.errors import PipeGenError


def find_web_folder() -> Path:
    """The folder ``web``.

    Raises:
        PipeGenError: when the installation lacks it.
    """
    package = Path(__file__).resolve().parent.parent
    # The checkout first: a copy that a development build left inside the package would go stale.
    for folder in (package.parent.parent / "web", package / "web"):
        if (folder / "index.html").is_file():
            return folder
    raise PipeGenError(
        f"the files of the dashboard's page are missing from {package}",
        remedy="Install pipegen again, or build its wheel with `make wheel`.",
    )
