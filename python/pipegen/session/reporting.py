"""Writes reports: where to, in which look; what cannot be had is a warning, never a failed run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pipegen.config import DashboardSettings
from pipegen.dashboard import LogoError, load_logo
from pipegen.errors import PipeGenError
from pipegen.outputs.report import Look, ReportData, data_of_recording, ending_of, render_report, report_name
from pipegen.replay import Manifest, Recording, RecordingError
from pipegen.snapshot import Snapshot
from pipegen.whole_file import write_asked


async def look_of(settings: DashboardSettings, project_dir: Path, warn: Callable[[str], None]) -> Look:
    """Theme and branding; a logo that cannot be had is a warning."""
    if settings.logo_url is None:
        return Look(settings)
    try:
        logo = await load_logo(settings.logo_url, project_dir)
    except LogoError as error:
        warn(f"{error}; the report shows PipeGen's own mark")
        return Look(settings)
    return Look(settings, (logo.content, logo.content_type))


def data_of_run(folder: Path, manifest: Manifest, last: Snapshot | None) -> ReportData:
    """What a run left: its recording as far as it goes, else its last snapshot alone.

    Args:
        folder: Where the recording should be.
        manifest: What was run.
        last: The last snapshot, where the run came to its end.
    """
    try:
        return data_of_recording(Recording(folder), last=last)
    except RecordingError as error:
        return data_of_snapshot(manifest, last, error.message)


def data_of_snapshot(manifest: Manifest, last: Snapshot | None, why: str) -> ReportData:
    """A report without a recording: the totals, but nothing over time."""
    return ReportData(last, manifest, ending_of(last, None), notes=(f"There are no charts: {why}.",))


def write_report(data: ReportData, look: Look, reports_dir: Path) -> Path:
    """Writes the HTML file and returns its path.

    Raises:
        PipeGenError: when it cannot be written.
    """
    now = datetime.now().astimezone()
    rendered = render_report(data, look, made_at=now)
    path = _free_name(reports_dir, report_name(now))
    try:
        return write_bytes(path, rendered.html)
    except PipeGenError:
        path.unlink(missing_ok=True)
        raise


def _free_name(folder: Path, name: str) -> Path:
    """The path of a new file, taken at once: another run may end in the same second.

    Raises:
        PipeGenError: when the folder cannot be written.
    """
    path = folder / name
    number = 1
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                path.touch(exist_ok=False)
            except FileExistsError:
                number += 1
                path = folder / name.replace(".html", f"-{number}.html")
            else:
                return path
    except OSError as error:
        raise _unwritable(path, error) from None


def write_bytes(path: Path, content: bytes) -> Path:
    """Writes a file, whole or not at all, and the folder it lies in.

    Raises:
        PipeGenError: when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_asked(path, content)
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def _unwritable(path: Path, error: OSError) -> PipeGenError:
    return PipeGenError(
        f"the report {path} cannot be written: {error.strerror}",
        remedy="Name another folder with --reports-dir; `pipegen report last` makes it from the recording.",
    )
