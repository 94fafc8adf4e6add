"""Unpacks a fetched tarball beside the cache's Maven folder, once; half an unpacking is never taken for a whole one."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path

from pipegen.errors import StackError
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
    progress.note(f"unpacking {artifact.file_name}")
    scratch: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=target.parent))
        with tarfile.open(cache.path(artifact)) as archive:
            archive.extractall(scratch, filter="data")
        scratch.chmod(0o755)
        if not target.is_dir():
            scratch.rename(target)
    except (OSError, tarfile.TarError) as error:
        raise StackError(
            f"{artifact.file_name} cannot be unpacked into {target}: {error}",
            remedy="make room on that disk, or set PIPEGEN_CACHE_DIR to a folder on another",
        ) from error
    finally:
        if scratch is not None and scratch.exists():
            shutil.rmtree(scratch, ignore_errors=True)
    return target
