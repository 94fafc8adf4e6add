"""Recordings on a real disk: whole, cut off, damaged, full. Their figures are invented."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from pipegen.bus import ErrorSeen, EventBus, HistogramsTaken, PhaseChanged, RunEnded, SnapshotTaken
from pipegen.outputs import Recorder, this_machine
from pipegen.replay import Manifest, RecordingError, find_recording, list_recordings, open_recording, prune_recordings
from pipegen.replay.hdr_log import HdrLogWriter
from pipegen.replay.lines import LineReader, LineWriter
from pipegen.snapshot import SNAPSHOT_VERSION
from pipegen.snapshot.stages import output_stage
from tests.dashboard.invented import running, snapshot
from tests.dashboard.recorded import hdr_of


def manifest(run_id: str = "abc234") -> Manifest:
    return Manifest(
        snapshot_version=SNAPSHOT_VERSION,
        run_id=run_id,
        pipeline="orders",
        started_at="2026-11-24T08:00:00.000Z",
        pipegen_version="0",
        command=["pipegen", "run"],
        machine=this_machine(),
    )


def record(folder: Path, seconds: int, *, ends: bool = True) -> list[str]:
    """Records invented seconds of a run; returns what the recorder complained about."""
    told: list[str] = []

    async def run() -> None:
        bus = EventBus()
        recorder = Recorder(folder, manifest(), on_failure=lambda message, _: told.append(message))
        recorder.start(bus)
        bus.publish(PhaseChanged("running", "sending the planned load"))
        for second in range(seconds):
            taken = snapshot(running(second))
            bus.publish(SnapshotTaken(taken))
            bus.publish(
                HistogramsTaken("abc234", 1_000_000_000_000 + second * 1000, {"end_to_end": hdr_of(second + 1)})
            )
            for error in taken.errors:
                bus.publish(ErrorSeen(error))
            await asyncio.sleep(0)
        bus.publish(RunEnded(0))
        await recorder.finish(snapshot(running(seconds)) if ends else None)

    asyncio.run(run())
    return told


def test_what_was_recorded_is_read_back(tmp_path: Path) -> None:
    assert record(tmp_path / "run", 90) == []
    recording = open_recording(tmp_path / "run")
    assert recording.complete
    assert [taken.sequence for taken in recording.snapshots()] == list(range(90))
    assert next(recording.snapshots()) == snapshot(running(0))
    assert next(event.kind for event in recording.events()) == "phase"
    assert [event.content for event in recording.events() if event.kind == "ended"] == [{"exit_code": 0}]
    intervals = list(recording.histograms("end_to_end"))
    assert [interval.histogram.max_us for interval in intervals] == list(range(1, 91))
    assert intervals[-1].end_s == pytest.approx(1_000_000_089)
    assert (recording.torn, recording.damaged) == (False, False)


def test_each_output_has_its_own_latency_file_whatever_its_name(tmp_path: Path) -> None:
    names = ["copies", "db.a/b", "per minute", "über 50%", "end_to_end"]

    async def run() -> None:
        bus = EventBus()
        recorder = Recorder(tmp_path / "run", manifest(), on_failure=lambda message, _: pytest.fail(message))
        recorder.start(bus)
        of_outputs = {output_stage(name): hdr_of(number) for number, name in enumerate(names, 1)}
        bus.publish(HistogramsTaken("abc234", 1_000_000_000_000, {"end_to_end": hdr_of(9), **of_outputs}))
        bus.publish(RunEnded(0))
        await recorder.finish(None)

    asyncio.run(run())
    recording = open_recording(tmp_path / "run")
    assert set(recording.stages()) == {"end_to_end", *map(output_stage, names)}
    read = {stage: [each.histogram.max_us for each in recording.histograms(stage)] for stage in recording.stages()}
    assert read == {"end_to_end": [9]} | {output_stage(name): [number] for number, name in enumerate(names, 1)}
    assert (tmp_path / "run" / "copies.end_to_end.hlog").is_file()


def test_any_gzip_reader_shows_the_lines_of_a_recording(tmp_path: Path) -> None:
    record(tmp_path / "run", 70)
    lines = gzip.decompress((tmp_path / "run/recording.jsonl.gz").read_bytes()).splitlines()
    assert json.loads(lines[0])["format"] == "pipegen-recording"
    assert sum(json.loads(line).get("kind") == "snapshot" for line in lines) == 70


def test_a_histogram_tool_that_is_not_ours_reads_the_log(tmp_path: Path) -> None:
    record(tmp_path / "run", 5)
    log = tmp_path / "run/end_to_end.hlog"
    reader = HistogramLogReader(str(log), HdrHistogram(1, 4_294_967_295, 3))
    seen = []
    while (interval := reader.get_next_interval_histogram()) is not None:
        seen.append((interval.get_total_count(), interval.get_max_value()))
    reader.close()
    assert seen == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]
    # The payload of every line is what any HdrHistogram library decodes.
    payload = log.read_text().splitlines()[-1].rsplit(",", 1)[1]
    assert HdrHistogram.decode(payload).get_max_value() == 5
    assert zlib.decompress(base64.b64decode(payload)[8:])


def test_lines_that_were_flushed_outlive_the_process_that_wrote_them(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom pipegen.replay.lines import LineWriter\n"
        "writer = LineWriter(Path(sys.argv[1]))\n"
        "for number in range(200):\n    writer.add(b'{\"n\": %d}' % number)\n    writer.flush()\n"
        'writer.add(b\'{"n": "not flushed"}\')\nos.kill(os.getpid(), 9)\n'
    )
    path = tmp_path / "lines.gz"
    done = subprocess.run([sys.executable, "-c", script, str(path)], env=dict(os.environ), check=False)
    assert done.returncode == -9
    reader = LineReader(path)
    assert [json.loads(line)["n"] for line in reader] == list(range(200))
    assert reader.torn
    assert not reader.damaged


def written(path: Path, lines: int) -> bytes:
    writer = LineWriter(path)
    for number in range(lines):
        writer.add(b'{"n": %d}' % number)
        writer.flush()
    writer.close()
    return path.read_bytes()


def test_a_file_cut_anywhere_gives_the_whole_lines_before_the_cut_and_says_that_it_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    whole = written(path, 70)
    for cut in range(1, len(whole), 7):
        path.write_bytes(whole[:cut])
        reader = LineReader(path)
        numbers = [json.loads(line)["n"] for line in reader]
        assert numbers == list(range(len(numbers)))
        assert not reader.damaged
        assert reader.torn or len(numbers) % 4 == 0 or len(numbers) == 70


def test_reading_goes_on_behind_damage(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    whole = bytearray(written(path, 150))
    whole[40:60] = b"\xff" * 20
    path.write_bytes(bytes(whole))
    reader = LineReader(path)
    numbers = [json.loads(line)["n"] for line in reader]
    assert reader.damaged
    assert numbers == list(range(numbers[0], 150))
    assert numbers[0] % 4 == 0  # members are lost whole
    assert 0 < numbers[0] < 16


def test_of_a_member_whose_checksum_is_wrong_nothing_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    writer = LineWriter(path)
    for number in range(8):
        writer.add(b'{"n": %d}' % number)
        writer.flush()
    writer.close()
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"\x1f\x8b", 2) - 8] ^= 1  # of the checksum of the first four
    path.write_bytes(bytes(whole))
    reader = LineReader(path)
    assert [json.loads(line)["n"] for line in reader] == [4, 5, 6, 7]
    assert (reader.damaged, reader.torn) == (True, False)


def test_a_member_whose_end_is_damaged_does_not_take_those_behind_it_along(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    whole = written(path, 40)
    second = whole.index(b"\x1f\x8b", 2)
    # Deflate's block that holds bytes as they are: it claims all that follows for itself, and more.
    endless = whole[:10] + b"\x00" + (65_535).to_bytes(2, "little") + (0).to_bytes(2, "little")
    path.write_bytes(endless + whole[second:])
    reader = LineReader(path)
    assert [json.loads(line)["n"] for line in reader] == list(range(4, 40))
    assert (reader.damaged, reader.torn) == (True, False)


def test_a_torn_line_of_a_histogram_log_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "ack.hlog"
    log = HdrLogWriter(path, stage="ack", start_s=1000.0)
    log.add(start_s=1000.0, end_s=1001.0, hdr_base64=hdr_of(7), max_us=7)
    log.add(start_s=1001.0, end_s=1002.0, hdr_base64=hdr_of(9), max_us=9)
    log.close()
    path.write_bytes(path.read_bytes()[:-12])
    from pipegen.replay.hdr_log import read_hdr_log

    assert [interval.histogram.max_us for interval in read_hdr_log(path)] == [7]


@contextmanager
def small_disk() -> Iterator[None]:
    """No file may grow beyond 8 kB, as on a disk that is full: the write fails. What pytest prints must not meet it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_that_refuses_ends_the_recording_once_and_what_is_there_stays_readable(tmp_path: Path) -> None:
    with small_disk():
        told = record(tmp_path / "run", 120)
    assert len(told) == 1
    assert str(tmp_path / "run") in told[0]
    recording = open_recording(tmp_path / "run")
    assert not recording.complete
    sequences = [taken.sequence for taken in recording.snapshots()]
    assert sequences == list(range(len(sequences)))
    assert 0 < len(sequences) < 120


def test_a_folder_that_cannot_be_made_is_told_and_does_not_raise(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = record(tmp_path / "file" / "run", 1)
    assert len(told) == 1
    assert "Not a directory" in told[0]


def test_a_recording_is_found_by_path_id_folder_or_as_the_last(tmp_path: Path) -> None:
    for name in ("2026-11-24-08-00-00-aaa234", "2026-11-24-09-00-00-bbb234"):
        record(tmp_path / name, 1)
    older, newer = sorted(tmp_path.iterdir())
    assert find_recording("last", tmp_path) == newer
    assert find_recording("aaa234", tmp_path) == older
    assert find_recording(older.name, tmp_path) == older
    assert find_recording(str(older), tmp_path / "elsewhere") == older
    assert [listed.folder for listed in list_recordings(tmp_path)] == [newer, older]
    with pytest.raises(RecordingError, match="no recording ccc234"):
        find_recording("ccc234", tmp_path)
    with pytest.raises(RecordingError, match="there is no recording in"):
        find_recording("last", tmp_path / "elsewhere")


def test_pruning_removes_the_oldest_recordings_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2026-01", "2026-02", "2026-03"):
        record(tmp_path / name, 1)
    (tmp_path / "0000-notes").mkdir()
    assert [folder.name for folder in prune_recordings(tmp_path, keep=1)] == ["2026-01", "2026-02"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["0000-notes", "2026-03"]


def test_pruning_leaves_a_recording_whose_run_may_still_go_on(tmp_path: Path) -> None:
    record(tmp_path / "2026-01", 1, ends=False)
    record(tmp_path / "2026-02", 1, ends=False)
    record(tmp_path / "2026-03", 1)
    os.utime(tmp_path / "2026-01" / "recording.jsonl.gz", (0, 0))
    assert [folder.name for folder in prune_recordings(tmp_path, keep=1)] == ["2026-01"]


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"format": "something else"}'])
def test_a_folder_without_a_proper_manifest_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(RecordingError, match="manifest"):
        open_recording(tmp_path)


def test_a_recording_of_a_later_layout_is_refused_by_the_version_that_made_it(tmp_path: Path) -> None:
    text = manifest().model_copy(update={"version": 99, "pipegen_version": "9.9"}).model_dump_json()
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RecordingError, match=r"9\.9"):
        open_recording(tmp_path)


def test_the_pace_of_a_recording_stands_once_it_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock_s = [1_000.0]
    monkeypatch.setattr("pipegen.outputs.recorder_files.time.monotonic", lambda: clock_s[0])

    async def run() -> tuple[float | None, float | None, float | None, int]:
        bus = EventBus()
        recorder = Recorder(tmp_path / "kept", manifest(), on_failure=lambda *_: None)
        recorder.start(bus)
        bus.publish(SnapshotTaken(snapshot(running(1))))
        clock_s[0] += 0.5
        early = recorder.bytes_per_hour()
        clock_s[0] += 3.5
        await recorder.finish(None)
        ended = recorder.bytes_per_hour()
        clock_s[0] += 1_000.0
        return early, ended, recorder.bytes_per_hour(), recorder.written_bytes

    early, ended, later, written = asyncio.run(run())
    assert early is None
    assert later == ended == pytest.approx(written / 4 * 3600)
