"""Artifacts are fetched whole and right, or not at all."""

from __future__ import annotations

import hashlib
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.errors import SettingsError, StackError
from pipegen.stack import Silent
from pipegen.stack.artifacts import Artifact, read_lock
from pipegen.stack.download import Cache
from tests.stack.repository_server import Repository, serve

CONTENT = bytes(range(256)) * 8000


def artifact(content: bytes = CONTENT, name: str = "thing") -> Artifact:
    return Artifact(
        part="kafka",
        group="org.example.some",
        name=name,
        version="1.2",
        classifier="all",
        packaging="tar.gz",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


class Recorder(Silent):
    """Counts the bytes that progress was told of, and may cancel after some."""

    def __init__(self, *, cancel_after_bytes: int | None = None) -> None:
        self.cancelled = threading.Event()
        self.here_bytes = 0
        self._cancel_after_bytes = cancel_after_bytes

    def download_started(self, name: str, *, done_bytes: int, total_bytes: int) -> None:  # noqa: ARG002
        self.here_bytes += done_bytes

    def download_advanced(self, name: str, *, step_bytes: int) -> None:  # noqa: ARG002
        self.here_bytes += step_bytes
        if self._cancel_after_bytes is not None and self.here_bytes >= self._cancel_after_bytes:
            self.cancelled.set()


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    with serve() as served:
        served.files[artifact().path] = CONTENT
        monkeypatch.setenv("PIPEGEN_MAVEN_URL", served.url)
        yield served


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def fetch(cache: Cache, *wanted: Artifact, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    cache.fetch(wanted, progress=recorder, cancelled=recorder.cancelled)
    return recorder


def test_a_file_comes_from_the_mirror_that_the_variable_names(repository: Repository, cache: Cache) -> None:
    recorder = fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT
    assert repository.asked == [("/maven/org/example/some/thing/1.2/thing-1.2-all.tar.gz", None)]
    assert recorder.here_bytes == len(CONTENT)


def test_a_mirror_can_be_a_folder(tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "with a space"
    (folder / artifact().path).parent.mkdir(parents=True)
    (folder / artifact().path).write_bytes(CONTENT)
    monkeypatch.setenv("PIPEGEN_MAVEN_URL", folder.as_uri())
    fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT


def test_a_file_that_is_here_is_not_fetched_again(repository: Repository, cache: Cache) -> None:
    fetch(cache, artifact())
    fetch(cache, artifact())
    assert len(repository.asked) == 1


def test_a_broken_connection_is_taken_up_where_it_broke(repository: Repository, cache: Cache) -> None:
    repository.cuts = 1
    recorder = fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT
    assert repository.ranges() == [None, f"bytes={len(CONTENT) // 2}-"]
    assert repository.sent_bytes == recorder.here_bytes == len(CONTENT)


def test_an_interrupted_run_is_taken_up_by_the_next(repository: Repository, cache: Cache) -> None:
    with pytest.raises(StackError, match="interrupted"):
        fetch(cache, artifact(), recorder=Recorder(cancel_after_bytes=1))
    assert not cache.path(artifact()).exists()
    recorder = fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT
    assert repository.ranges()[1] is not None
    assert recorder.here_bytes == len(CONTENT)


def test_a_server_that_cannot_resume_is_asked_for_the_whole(repository: Repository, cache: Cache) -> None:
    repository.honours_range, repository.cuts = False, 1
    recorder = fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT
    assert recorder.here_bytes == len(CONTENT)


def test_a_file_with_a_wrong_sum_is_refused_and_thrown_away(repository: Repository, cache: Cache) -> None:
    repository.files[artifact().path] = CONTENT[:-1] + b"!"
    with pytest.raises(StackError, match="SHA-256") as caught:
        fetch(cache, artifact())
    assert artifact().sha256 in caught.value.message
    assert repository.url in caught.value.message
    assert list(cache.path(artifact()).parent.iterdir()) == []
    repository.files[artifact().path] = CONTENT
    fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT


def test_a_leftover_longer_than_the_file_is_not_trusted(repository: Repository, cache: Cache) -> None:
    part = cache.path(artifact()).with_name(artifact().file_name + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT + b"more")
    fetch(cache, artifact())
    assert cache.path(artifact()).read_bytes() == CONTENT


def test_a_missing_file_names_the_repository_and_the_way_out(repository: Repository, cache: Cache) -> None:
    with pytest.raises(StackError) as caught:
        fetch(cache, artifact(name="absent"))
    assert "absent-1.2-all.tar.gz cannot be fetched" in caught.value.message
    assert repository.url in (caught.value.detail or "")
    assert "404" in (caught.value.detail or "")
    assert "PIPEGEN_MAVEN_URL" in (caught.value.remedy or "")


def test_a_mirror_that_is_no_url_is_a_wrong_setting(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPEGEN_MAVEN_URL", "srv/maven")
    with pytest.raises(SettingsError, match="srv/maven"):
        fetch(cache, artifact())


def test_too_small_a_disk_is_said_before_anything_is_fetched(repository: Repository, cache: Cache) -> None:
    huge = artifact().model_copy(update={"size_bytes": 10**18})
    with pytest.raises(StackError, match="not enough room") as caught:
        fetch(cache, huge)
    assert str(cache.cache_dir) in caught.value.message
    assert caught.value.exit_code == 3
    assert repository.asked == []


def test_a_disk_that_fills_up_while_fetching_is_a_clear_error(repository: Repository, cache: Cache) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) // 2, hard))
    try:
        with pytest.raises(StackError, match="disk is full") as caught:
            fetch(cache, artifact())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(cache.cache_dir) in caught.value.message
    assert "PIPEGEN_CACHE_DIR" in (caught.value.remedy or "")
    assert fetch(cache, artifact()).here_bytes == len(CONTENT), "what had arrived is kept"


def test_one_failing_file_leaves_the_others_usable(repository: Repository, cache: Cache) -> None:
    with pytest.raises(StackError, match="absent"):
        fetch(cache, artifact(name="absent"), artifact())
    repository.files[artifact(name="absent").path] = CONTENT
    fetch(cache, artifact(name="absent"), artifact())
    assert cache.missing([artifact(name="absent"), artifact()]) == []


def test_the_lock_is_whole_and_without_doubles() -> None:
    lock = read_lock()
    assert len(lock.of("kafka")) == 46
    assert {artifact.name for artifact in lock.of("flink")} == {
        "flink-sql-connector-kafka",
        "flink-sql-avro-confluent-registry",
    }
    assert len({artifact.path for artifact in lock.artifacts}) == len(lock.artifacts)
    assert all(len(artifact.sha256) == 64 for artifact in lock.artifacts)
    assert next(a for a in lock.artifacts if a.name == "kafka-clients").version == lock.versions.kafka
