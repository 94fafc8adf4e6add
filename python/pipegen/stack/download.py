"""Fetches locked artifacts into the cache: several at a time, resumed after an interruption, refused on a wrong sum."""

from __future__ import annotations

import errno
import hashlib
import shutil
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from pathlib import Path

import httpx2

from pipegen.errors import StackError
from pipegen.lock import GaveUpError, hold
from pipegen.services.http_transport import RoutedTransport
from pipegen.stack.artifacts import Artifact
from pipegen.stack.interface import Progress
from pipegen.stack.mirror import MIRROR_VARIABLE, TransferError, open_artifact, repositories
from pipegen.units import format_bytes

_PARALLEL = 4
_TRIES = 3
_LOOK_S = 0.1
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Beside the files: the registry is unpacked, and nobody wants the last byte of the disk gone.
_HEADROOM_BYTES = 200_000_000


class Cache:
    """The artifacts on this machine, laid out as in a Maven repository under ``<cache>/maven``."""

    def __init__(self, cache_dir: Path) -> None:
        self.cache_dir = cache_dir

    def path(self, artifact: Artifact) -> Path:
        """Where an artifact is, or will be."""
        return self.cache_dir / "maven" / artifact.path

    def missing(self, artifacts: Sequence[Artifact]) -> list[Artifact]:
        """Those still to be fetched. A file gets its name only after its sum was found right, so the size is enough."""
        return [artifact for artifact in artifacts if _size_bytes(self.path(artifact)) != artifact.size_bytes]

    def fetch(self, artifacts: Sequence[Artifact], *, progress: Progress, cancelled: threading.Event) -> None:
        """Fetch what is missing. Another process that does the same is waited for.

        Raises:
            StackError: not to be had, wrong sum, or no room on the disk.
        """
        if not self.missing(artifacts):
            return
        with self._locked(progress, cancelled):
            missing = self.missing(artifacts)
            if not missing:
                return
            total_bytes = sum(artifact.size_bytes for artifact in missing)
            done_bytes = sum(_size_bytes(_part(self.path(artifact))) or 0 for artifact in missing)
            self._check_room(total_bytes - done_bytes)
            sources = repositories()
            progress.fetch_started(files=len(missing), done_bytes=done_bytes, total_bytes=total_bytes)
            # The largest first: it decides when all are here.
            missing.sort(key=lambda artifact: -artifact.size_bytes)
            timeout = httpx2.Timeout(30, connect=15)
            transport = RoutedTransport()
            with httpx2.Client(timeout=timeout, follow_redirects=True, transport=transport, trust_env=False) as client:
                pool, stop = ThreadPoolExecutor(_PARALLEL), threading.Event()
                fetcher = _Fetcher(self, client, sources, progress, (cancelled, stop))
                try:
                    _await([pool.submit(fetcher.fetch, artifact) for artifact in missing], cancelled)
                finally:
                    # After Ctrl-C or a failure as well: what has arrived stays, as .part files, for the next try. A
                    # thread that waits for a repository is not waited for: it writes nothing more.
                    stop.set()
                    pool.shutdown(wait=False, cancel_futures=True)

    def _check_room(self, needed_bytes: int) -> None:
        free_bytes = shutil.disk_usage(self.cache_dir).free
        if free_bytes < needed_bytes + _HEADROOM_BYTES:
            raise StackError(
                f"not enough room in {self.cache_dir}: {format_bytes(needed_bytes)} to fetch and "
                f"{format_bytes(_HEADROOM_BYTES)} to unpack, {format_bytes(free_bytes)} free",
                remedy="make room, or set PIPEGEN_CACHE_DIR to a folder on another disk",
            )

    def _locked(self, progress: Progress, cancelled: threading.Event) -> AbstractContextManager[object]:
        wait = "another process is fetching the same artifacts: waiting for it"
        try:
            (self.cache_dir / "maven").mkdir(parents=True, exist_ok=True)
            return hold(self.cache_dir / "lock", on_wait=lambda: progress.note(wait), give_up=cancelled.is_set)
        except GaveUpError:
            raise _interrupted() from None
        except OSError as error:
            raise StackError(f"the cache {self.cache_dir} cannot be written: {error.strerror}") from error


def _await(fetching: Iterable[Future[None]], cancelled: threading.Event) -> None:
    """Waits for all; raises the first failure, or that it was interrupted."""
    waiting = set(fetching)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        if cancelled.is_set():
            raise _interrupted()


def _interrupted() -> StackError:
    return StackError("fetching was interrupted", remedy="run the command again: it goes on from here")


class _Fetcher:
    """Fetches one artifact; used from several threads at once."""

    def __init__(
        self,
        cache: Cache,
        client: httpx2.Client,
        sources: Sequence[str],
        progress: Progress,
        cancelled: Sequence[threading.Event],
    ) -> None:
        self._cache = cache
        self._client = client
        self._sources = sources
        self._progress = progress
        self._cancelled = cancelled

    def fetch(self, artifact: Artifact) -> None:
        target = self._cache.path(artifact)
        part = _part(target)
        done_bytes = _size_bytes(part) or 0
        self._progress.download_started(artifact.file_name, done_bytes=done_bytes, total_bytes=artifact.size_bytes)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source = self._transfer(artifact, part)
            found = _sha256(part)
            if found != artifact.sha256:
                part.unlink()
                raise StackError(
                    f"{artifact.file_name} from {source} is not the file it should be: its SHA-256 sum is {found}, "
                    f"the locked one {artifact.sha256}; it was thrown away",
                    remedy=f"run the command again; if it happens again, the repository or a proxy alters files: "
                    f"set {MIRROR_VARIABLE} to another",
                )
            part.replace(target)
        except OSError as error:
            raise self._write_failed(artifact, part, error) from error
        self._progress.download_finished(artifact.file_name)

    def _transfer(self, artifact: Artifact, part: Path) -> str:
        """Bring the part file to its full size; the repository that gave the last byte."""
        reasons: list[str] = []
        for source in self._sources:
            for _ in range(_TRIES):
                self._check_wanted()
                try:
                    self._append(artifact, part, source)
                except TransferError as error:
                    reasons.append(f"{source}: {error}")
                    continue
                return source
        raise StackError(
            f"{artifact.file_name} cannot be fetched",
            remedy=f"check the network and run the command again (what has arrived is kept), or set {MIRROR_VARIABLE} "
            "to a Maven repository that can be reached",
            detail="\n".join(dict.fromkeys(reasons)),
        )

    def _check_wanted(self) -> None:
        if any(event.is_set() for event in self._cancelled):
            raise _interrupted()

    def _append(self, artifact: Artifact, part: Path, source: str) -> None:
        have_bytes = _size_bytes(part) or 0
        if have_bytes > artifact.size_bytes:
            part.unlink()
            have_bytes = 0
        if have_bytes == artifact.size_bytes:
            return
        with open_artifact(self._client, source, artifact.path, offset_bytes=have_bytes) as transfer:
            if transfer.offset_bytes != have_bytes:
                self._progress.download_advanced(artifact.file_name, step_bytes=-have_bytes)
            with part.open("ab" if transfer.offset_bytes else "wb") as file:
                for chunk in transfer.chunks:
                    self._check_wanted()
                    file.write(chunk)
                    self._progress.download_advanced(artifact.file_name, step_bytes=len(chunk))
        arrived = _size_bytes(part) or 0
        if arrived < artifact.size_bytes:
            raise TransferError(f"the connection ended after {arrived} of {artifact.size_bytes} bytes")
        # More bytes than locked is a different file: the sum refuses it.

    def _write_failed(self, artifact: Artifact, part: Path, error: OSError) -> StackError:
        if error.errno in _DISK_FULL:
            rest = artifact.size_bytes - (_size_bytes(part) or 0)
            return StackError(
                f"the disk is full: the last {format_bytes(rest)} of {artifact.file_name} do not fit into "
                f"{self._cache.cache_dir}",
                remedy="make room, or set PIPEGEN_CACHE_DIR to a folder on another disk, and run the command again: "
                "what has arrived is kept",
            )
        return StackError(f"{part} cannot be written: {error.strerror}")


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _size_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
