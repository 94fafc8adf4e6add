"""What a recording says of its run: settings without secrets, schemas, SQL, machine. Reads files; asks no service."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import psutil

import pipegen
from pipegen.config import ResolvedSettings
from pipegen.moment import iso_now
from pipegen.outputs.processor import processor_name
from pipegen.project import Project
from pipegen.redact import redact_command, redact_value, redact_whole
from pipegen.replay import Machine, Manifest, SettingRow, SourceFile
from pipegen.snapshot import SNAPSHOT_VERSION

_MOST_FILE_BYTES: Final = 1_000_000


def make_manifest(
    *,
    run_id: str,
    project: Project,
    resolved: ResolvedSettings,
    command: Sequence[str],
    secrets: Sequence[str] = (),
) -> Manifest:
    """The manifest of a run that is about to start.

    Args:
        run_id: Its id.
        project: The project.
        resolved: The settings in force and where each came from.
        command: The command line.
        secrets: What may stand in no text.
    """
    project_dir = project.dir
    schemas = _files(project.schema_paths, project_dir, secrets)
    if not project.schema_paths:
        schemas = [SourceFile(path=str(project.input_schema.path), text=project.input_schema.text)]
    return Manifest(
        snapshot_version=SNAPSHOT_VERSION,
        run_id=run_id,
        pipeline=project.name,
        started_at=iso_now(),
        pipegen_version=pipegen.__version__,
        command=redact_command(command, known=secrets),
        shape=project.shape,
        shape_reason=project.shape_reason,
        latency_reason=project.latency_reason,
        settings=list(setting_rows(resolved, secrets)),
        schemas=schemas,
        sql=_files(project.sql_files, project_dir, secrets),
        machine=this_machine(),
    )


def setting_rows(resolved: ResolvedSettings, secrets: Sequence[str] = ()) -> Iterable[SettingRow]:
    """Every setting in force as it may be shown."""
    for key, value, source in resolved.rows():
        yield SettingRow(
            key=key, value=redact_value(key, value, known=secrets), source=redact_whole(source, known=secrets)
        )


def this_machine() -> Machine:
    """Where PipeGen runs; without the machine's name, since reports are passed on."""
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=processor_name(),
        cores=os.cpu_count(),
        memory_bytes=psutil.virtual_memory().total,
        python=platform.python_version(),
    )


def _files(paths: Iterable[Path], project_dir: Path, secrets: Sequence[str]) -> list[SourceFile]:
    found: list[SourceFile] = []
    for path in paths:
        try:
            if path.stat().st_size > _MOST_FILE_BYTES:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        shown = path.relative_to(project_dir) if path.is_relative_to(project_dir) else path
        found.append(SourceFile(path=str(shown), text=redact_whole(text, known=secrets)))
    return found
