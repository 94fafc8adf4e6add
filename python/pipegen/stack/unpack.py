"""Unpacks a fetched tarball beside the cache's Maven folder, once; half an unpacking is never taken for a whole one."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from pipegen.errors import StackError
from pipegen.lock import hold
from pipegen.stack.artifacts import Artifact
from pipegen.stack.download import Cache
from pipegen.stack.interface import Progress


def unpacked(cache: Cache, artifact: Artifact, *, progress: Progress) -> Path:
    """The folder with the tarball's content.

    Raises:
        StackError: it cannot be unpacked, for example because the disk is full.
    """
    # The sum in the name: another tarball of the same version is another folder.
    target = cache.cache_dir / "unpacked" / f"{artifact.name}-{artifact.version}-{artifact.sha256[:12]}"
    if target.is_dir():
        return target
    scratch = target.with_name(f".unpacking-{target.name}")
    try:
        with hold(target.with_name(f".{target.name}.lock")):
            if target.is_dir():
                return target
            progress.note(f"unpacking {artifact.file_name}")
            # Of somebody who was killed while unpacking.
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            with tarfile.open(cache.path(artifact)) as archive:
                archive.extractall(scratch, filter="data")
            scratch.rename(target)
    except (OSError, tarfile.TarError) as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise StackError(
            f"{artifact.file_name} cannot be unpacked into {target}: {error}",
            remedy="make room on that disk, or set PIPEGEN_CACHE_DIR to a folder on another",
        ) from error
    return target
