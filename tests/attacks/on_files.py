"""Attacks by files: each reader is given what is no file, what is damaged, and much in little."""

from __future__ import annotations

import gzip
import json
import os
import signal
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tests.attacks.attack import Attack, Ground, Outcome
from tests.attacks.on_clients import followed
from tests.attacks.process import started
from tests.unit.data_files import write_file
from tests.unit.mutations import mutations
from tests.unit.project_folder import write_orders
from tests.unit.test_hostile_files import ODD, empty_lines
from tests.unit.test_recording import record

MUTATIONS: Final = 15
Make = Callable[[Path], Path]
"""Makes what a command reads, in a folder, and returns the file that is attacked."""


def orders(name: str) -> Make:
    """A project, of which a file is attacked."""
    return lambda folder: write_orders(folder / "orders") / name


def recording(name: str) -> Make:
    """A recording, of which a file is attacked."""

    def make(folder: Path) -> Path:
        assert record(folder / "run", 5) == []
        return folder / "run" / name

    return make


def data(name: str) -> Make:
    """A data file."""
    return lambda folder: write_file(folder / name, 20)


READERS: Final[dict[str, tuple[Make, list[str]]]] = {
    "settings": (orders(".pipegen.yaml"), ["validate", "--project-dir=orders"]),
    "schema": (orders("schemas/input.avsc"), ["validate", "--project-dir=orders"]),
    "SQL": (orders("sql/01_source.sql"), ["validate", "--project-dir=orders"]),
    "recording": (recording("recording.jsonl.gz"), ["report", "run", "--format=json"]),
    "manifest": (recording("manifest.json"), ["report", "run", "--format=csv"]),
    "summary": (recording("summary.json"), ["compare", "run", "run"]),
    "histograms": (recording("end_to_end.hlog"), ["report", "run", "--format=md"]),
    **{
        f"{ending} data": (data(f"data.{ending}"), ["init", "new", f"--input-file=data.{ending}"])
        for ending in ("csv", "ndjson", "avro", "parquet")
    },
}


def read_once(folder: Path, words: list[str], outcome: Outcome) -> None:
    """A command reads what is there: a sentence and 2, or what can be read all the same."""
    with started(*words, folder=folder) as target:
        target.end(outcome, wanted={0, 2})
        outcome.expect(len(target.err) < 5_000, f"{len(target.err)} characters of an error")
        outcome.expect(b"\x1b" not in target.err.encode() + target.out, "an escape sequence reached the terminal")


def no_files(ground: Ground, make: Make, words: list[str]) -> Outcome:
    outcome = Outcome()
    for number, odd in enumerate([*ODD, empty_lines]):
        folder = ground.folder / str(number)
        folder.mkdir()
        path = make(folder)
        path.unlink()
        odd(path)
        read_once(folder, words, outcome)
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    return outcome


def damaged(ground: Ground, make: Make, words: list[str]) -> Outcome:
    outcome = Outcome()
    content = make(ground.folder).read_bytes()
    for number, changed in enumerate(mutations(content, MUTATIONS, seed=2026)):
        folder = ground.folder / str(number)
        folder.mkdir()
        make(folder).write_bytes(changed)
        read_once(folder, words, outcome)
    return outcome


def bomb(piece: bytes, times: int) -> bytes:
    """A gzip member that holds a piece many times over."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(deflate.compress(piece) for _ in range(times)) + deflate.flush()


def nested_yaml() -> bytes:
    lines = [f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefghi", "bcdefghij", strict=True)]
    return "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *lines]).encode()


def enum_of_many() -> bytes:
    symbols = [f"S{number}" for number in range(300_000)]
    field = {"name": "e", "type": {"type": "enum", "name": "E", "symbols": symbols}}
    return json.dumps({"type": "record", "name": "R", "fields": [field]}).encode()


MUCH: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "lines of a gigabyte": ("recording", lambda: bomb(b"a" * (1 << 20), 1_024)),
    "a billion empty lines": ("recording", lambda: bomb(b"\n" * (1 << 20), 1_024)),
    "members of nothing, 100 000 times": ("recording", lambda: gzip.compress(b"") * 100_000),
    "a billion values in ten lines": ("settings", nested_yaml),
    "100 000 brackets": ("settings", lambda: b"name: " + b"[" * 100_000),
    "an enum of 300 000 symbols": ("schema", enum_of_many),
    "100 000 statements": ("SQL", lambda: b"SELECT 1;\n" * 100_000),
    "100 000 open comments": ("SQL", lambda: b"/* " * 100_000),
    "a line of 100 MB": ("csv data", lambda: b"a,b\n" + b"x" * 100_000_000),
    "a quote that never ends": ("csv data", lambda: b'a,b\n"' + b"x\n" * 2_000_000),
    "a million columns": ("csv data", lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n"),
    "objects in objects": ("ndjson data", lambda: b'{"a":' * 1_000_000),
    "a number of a million digits": ("ndjson data", lambda: b'{"a": ' + b"9" * 1_000_000 + b"}\n"),
}


def much(ground: Ground, reader: str, content: Callable[[], bytes]) -> Outcome:
    outcome = Outcome()
    make, words = READERS[reader]
    make(ground.folder).write_bytes(content())
    read_once(ground.folder, words, outcome)
    return outcome


def replayed(ground: Ground) -> Outcome:
    """A recording that is damaged on and on, on the live dashboard."""
    outcome = Outcome()
    path = recording("recording.jsonl.gz")(ground.folder)
    content = path.read_bytes()
    for changed in mutations(content, 5, seed=7):
        path.write_bytes(changed + bomb(b"a" * (1 << 20), 200) + content)
        with started("replay", "run", "--port=0", "--no-open", "--speed=100", folder=ground.folder) as target:
            followed(target, outcome, number=signal.SIGTERM, wanted=143)
    return outcome


def logos(ground: Ground) -> Outcome:
    """Logos that are none, in the project."""
    outcome = Outcome()
    assert record(ground.folder / "run", 5) == []
    project = write_orders(ground.folder / "orders")
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text().replace("dashboard:\n", "dashboard:\n  logo_url: /logo.png\n"))
    for odd in ODD:
        odd(project / "logo.png")
        words = ["replay", "run", "--port=0", "--no-open", "--project-dir=orders"]
        with started(*words, folder=ground.folder) as target:
            followed(target, outcome, number=signal.SIGTERM, wanted=143)
            outcome.expect("warning: the logo" in target.err, f"nothing is said of the logo: {target.err}")
        logo = project / "logo.png"
        logo.rmdir() if logo.is_dir() and not logo.is_symlink() else logo.unlink()
    return outcome


def names(ground: Ground) -> Outcome:
    """Folders and files whose names no system takes, or that are none."""
    outcome = Outcome()
    for name in ("p" * 5_000, "p" * 300, "/dev/null", "/proc/self/mem", "", "..", "\udcff", "a\nb", "-", "~nobody/x"):
        for words in (
            ["validate", f"--project-dir={name}"],
            ["init", name],
            ["report", name],
            ["runs", f"--runs-dir={name}"],
        ):
            with started(*map(os.fsencode, words), folder=ground.folder) as target:  # type: ignore[arg-type]
                target.end(outcome, wanted={0, 2})
                outcome.expect(len(target.err) < 5_000, f"{len(target.err)} characters of an error for {words[0]}")
    return outcome


ATTACKS: Final = [
    *(
        Attack(f"{words[0]}: {reader}", "7 things that are no such file", partial(no_files, make=make, words=words))
        for reader, (make, words) in READERS.items()
    ),
    *(
        Attack(f"{words[0]}: {reader}", f"{MUTATIONS} damaged files", partial(damaged, make=make, words=words))
        for reader, (make, words) in READERS.items()
    ),
    *(
        Attack(f"{READERS[reader][1][0]}: {reader}", name, partial(much, reader=reader, content=content))
        for name, (reader, content) in MUCH.items()
    ),
    Attack("replay: recording", "damaged ones with a line of 200 MB each", replayed),
    Attack("replay: logo", "6 things that are no such file", logos),
    Attack("files", "names that no system takes", names),
]
