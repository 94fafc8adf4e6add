"""The recording of a run as a session keeps it: where it lies, how it ends, what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipegen.bus import EventBus
from pipegen.config import ResolvedSettings, Settings
from pipegen.errors import PipeGenError
from pipegen.outputs import Recorder, make_manifest
from pipegen.project import Project
from pipegen.replay import RecordingError, folder_name, prune_recordings
from pipegen.run import RunSummary
from pipegen.session.paths import shown_path
from pipegen.session.reporting import data_of_run, look_of, write_report
from pipegen.snapshot import Snapshot
from pipegen.units import format_bytes


def runs_folder(project_dir: Path, settings: Settings) -> Path:
    """Where the project's recordings are."""
    return project_dir / settings.runs_dir


class RunRecord:
    """Records one run.

    Args:
        run_id: Its id.
        project: The project.
        resolved: The settings in force.
        command: The command line.
        secrets: What may stand in no text.
        on_failure: Hears, from any thread, that the recording had to end.
    """

    def __init__(
        self,
        *,
        run_id: str,
        project: Project,
        resolved: ResolvedSettings,
        command: Sequence[str],
        secrets: Sequence[str],
        on_failure: Callable[[str, str], None],
    ) -> None:
        self._project_dir = project.dir
        self._settings = resolved.settings
        self._runs_dir = runs_folder(project.dir, resolved.settings)
        self.manifest = make_manifest(
            run_id=run_id, project=project, resolved=resolved, command=command, secrets=secrets
        )
        self.recorder = Recorder(
            self._runs_dir / folder_name(datetime.now().astimezone(), run_id), self.manifest, on_failure=on_failure
        )

    def start(self, bus: EventBus) -> None:
        """Begins to record; on the loop."""
        self.recorder.start(bus)

    async def finish(self, summary: RunSummary | None) -> None:
        """Writes what is left. Idempotent."""
        await self.recorder.finish(summary)

    def tell(self, say: Callable[[str], None], *, keep: int | None) -> None:
        """Says where the recording is and what it takes, and deletes older ones where that was asked for."""
        recorder = self.recorder
        if recorder.failure is not None:
            say(f"warning: {recorder.failure}")
        if recorder.folder.is_dir():
            per_hour = recorder.bytes_per_hour()
            pace = "" if per_hour is None else f", {format_bytes(per_hour)} an hour"
            say(f"recording: {shown_path(recorder.folder)} ({format_bytes(recorder.written_bytes)}{pace})")
        if keep is not None:
            try:
                for folder in prune_recordings(self._runs_dir, keep=keep):
                    say(f"deleted: {shown_path(folder)}")
            except RecordingError as error:
                say(f"warning: {error.message}")

    async def report(self, last: Snapshot | None, say: Callable[[str], None]) -> None:
        """Writes the report, where one is wanted; what stops it is said and does not change how the run ended."""
        settings = self._settings
        if not settings.generate_report:
            return
        look = await look_of(settings.dashboard, self._project_dir, lambda text: say(f"warning: {text}"))
        try:
            data = await asyncio.to_thread(data_of_run, self.recorder.folder, self.manifest, last)
            path = await asyncio.to_thread(write_report, data, look, self._project_dir / settings.reports_dir)
        except PipeGenError as error:
            say(f"warning: {error.message}" + (f" {error.remedy}" if error.remedy else ""))
            return
        say(f"report: {shown_path(path)}")
