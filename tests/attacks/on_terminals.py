"""Attacks by names, signals and streams: escape sequences and markup, signals at odd moments, pipes that are closed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Final

from tests.attacks.attack import Attack, Ground, Outcome
from tests.attacks.on_clients import CLOSED, services
from tests.attacks.process import Target, started
from tests.unit.data_files import write_csv
from tests.unit.project_folder import change, write_orders
from tests.unit.test_interrupted_commands import catches_ctrl_c
from tests.unit.test_recording import record

EVIL: Final = "a\x1b]0;x\x07\x1b[2J\x9b2J\u202e[bold red]<script>alert(1)</script><img src=x onerror=alert(1)>&'\""
MOMENTS: Final = 10
_HIDDEN: Final = [sign.encode() for sign in "\x1b\x07\x9b\u202e"]


def harmless(target: Target, outcome: Outcome) -> None:
    """Nothing on the terminal that it would obey."""
    said = target.out + target.err.encode()
    outcome.expect(
        not any(sign in said for sign in _HIDDEN), f"an escape sequence reached the terminal: {said[-300:]!r}"
    )


def page_is_harmless(page: str, outcome: Outcome) -> None:
    """Nothing in a page that a browser would run."""
    for markup in ("<script>alert(1)", "<img src=x"):
        outcome.expect(markup not in page, f"a page holds {markup}")


def names_in_a_recording(ground: Ground) -> Outcome:
    outcome, run = Outcome(), ground.folder / "runs" / "run"
    run.parent.mkdir()
    assert record(run, 5) == []
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "pipeline": EVIL, "command": ["pipegen", EVIL]}))
    commands = [
        *(["report", str(run), f"--format={form}"] for form in ("json", "csv", "md")),
        *(["runs", "--runs-dir=runs"], ["compare", str(run), str(run)]),
        ["report", str(run)],
    ]
    for words in commands:
        with started(*words, folder=ground.folder) as target:
            target.end(outcome, wanted=0)
        harmless(target, outcome)
    for path in ground.folder.rglob("*.html"):
        page_is_harmless(path.read_text(), outcome)
    with started("replay", str(run), "--port=0", "--no-open", folder=ground.folder) as target:
        for path in ("/", "/diagram", "/api/metrics"):
            with urllib.request.urlopen(f"http://127.0.0.1:{target.port}{path}", timeout=60) as answer:
                if "html" in answer.headers["Content-Type"]:
                    page_is_harmless(answer.read().decode(), outcome)
        target.end(outcome, wanted=143, number=signal.SIGTERM)
    harmless(target, outcome)
    return outcome


def names_in_a_project(ground: Ground) -> Outcome:
    """In the folder's name, the settings, the schema, the SQL, a data file's head and the environment."""
    outcome = Outcome()
    evil = EVIL.replace("/", "").replace("\x07", "")
    places = {
        "schemas/input.avsc": ('"name": "', f'"name": "{json.dumps(EVIL)[1:-1]}'),
        "sql/01_source.sql": ("'connector'", f"'{EVIL.replace(chr(39), '')}' = 'x', 'connector'"),
        ".pipegen.yaml": ("dashboard:\n", f"{json.dumps(EVIL)}: 1\ndashboard:\n"),
    }
    for number, (name, (old, new)) in enumerate(places.items()):
        project = write_orders(ground.folder / f"{number}{evil}")
        change(project / name, old, new)
        for words in (["validate"], ["run", "--dry-run"], ["run", "--show-config"]):
            with started(*words, f"--project-dir={project}", folder=ground.folder) as target:
                target.end(outcome, wanted={0, 2})
            harmless(target, outcome)
    with started("run", "--show-config", folder=ground.folder, PIPEGEN_TRAFFIC=EVIL) as target:
        target.end(outcome, wanted=2)
    harmless(target, outcome)
    data = write_csv(ground.folder / f"data{evil}.csv", 20)
    data.write_text(data.read_text().replace("shop", json.dumps(EVIL)).replace("north", EVIL.replace(",", "")))
    with started("init", "new", f"--input-file={data}", folder=ground.folder) as target:
        target.end(outcome, wanted={0, 2})
    harmless(target, outcome)
    return outcome


def silent_service() -> socket.socket:
    """Takes connections and never answers."""
    return socket.create_server(("127.0.0.1", 0), backlog=100)


def signals(ground: Ground, words: list[str], *, whole: tuple[str, ...] = ()) -> Outcome:
    """A command that is signalled at moments that a fixed seed chooses, from its first line on.

    Args:
        ground: Where.
        words: The command; ``SILENT`` in it stands for a service that never answers.
        whole: Folders that are there as a whole or not at all.
    """
    outcome, chance = Outcome(), random.Random(2026)  # noqa: S311 -- the same moments each time
    with silent_service() as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        for number in range(MOMENTS):
            folder = ground.folder / str(number)
            write_orders(folder / "orders")
            assert record(folder / "run", 3) == []
            write_csv(folder / "data.csv", 20)
            with started(*(word.replace("SILENT", address) for word in words), folder=folder) as target:
                target.until(lambda target=target: catches_ctrl_c(target.process), "its first line")  # type: ignore[misc, arg-type]
                time.sleep(chance.random() * 1.5)
                sent = chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
                # Where the command was faster, the code is its own.
                target.end(outcome, wanted={0, 3, 128 + sent}, number=sent)
            for name in whole:
                made = folder / name
                outcome.expect(not made.exists() or (made / ".pipegen.yaml").exists(), f"a half {name} is left")
    return outcome


def closed_pipe(ground: Ground, words: list[str], *, wanted: int | set[int] = 0) -> Outcome:
    """A command whose reader goes: at once, after a byte, or after some."""
    outcome = Outcome()
    for number, taken in enumerate((0, 1, 100)):
        folder = ground.folder / str(number)
        write_orders(folder / "orders")
        assert record(folder / "run", 3) == []
        read, write = os.pipe()
        with started(*words, folder=folder, stdout=write) as target:
            os.close(write)
            reader = threading.Thread(
                target=lambda read=read, taken=taken: (taken and os.read(read, taken), os.close(read))
            )  # type: ignore[misc]
            reader.start()
            target.end(outcome, wanted=wanted)
            reader.join()
    return outcome


def full_device(ground: Ground, words: list[str], *, wanted: int | set[int]) -> Outcome:
    outcome = Outcome()
    write_orders(ground.folder / "orders")
    assert record(ground.folder / "run", 3) == []
    with Path("/dev/full").open("wb") as full:
        with started(*words, folder=ground.folder, stdout=full.fileno()) as target:
            target.end(outcome, wanted=wanted)
        outcome.expect(target.err.count("could not be written") <= 1, target.err)
    return outcome


def run_unread(ground: Ground) -> Outcome:
    """A run that fails while nobody reads: its files are written, and its exit code stays."""
    outcome = Outcome()
    write_orders(ground.folder / "orders")
    files = [ground.folder / name for name in ("summary.json", "junit.xml")]
    read, write = os.pipe()
    os.close(read)
    words = ["run", "--project-dir=orders", "--stack=none", f"--summary-json={files[0]}", f"--junit={files[1]}"]
    with started(*words, *services(f"http://{CLOSED}"), folder=ground.folder, stdout=write) as target:
        os.close(write)
        target.end(outcome, wanted=3)
    for path in [*files, ground.folder / "orders" / "reports"]:
        outcome.expect(path.exists(), f"{path.name} is missing")
    return outcome


_RUN: Final = ["run", "--project-dir=orders", "--stack=none", *services("http://SILENT", "SILENT")]
SIGNALLED: Final[dict[str, tuple[list[str], tuple[str, ...]]]] = {
    "validate": (["validate", "--project-dir=orders"], ()),
    "init": (["init", "new", "--input-file=data.csv"], ("new",)),
    "report": (["report", "run"], ()),
    "generate": (["generate", "--project-dir=orders", "--count=200000"], ()),
    "run": (_RUN, ()),
    "replay": (["replay", "run", "--port=0", "--no-open"], ()),
    "dashboard --standalone": (["dashboard", "--standalone", "--port=0", "--pipeline=p=in:out:job", *_RUN[3:6]], ()),
}
PRINTING: Final = {
    "run": ["run", "--list-metrics"],
    "generate": ["generate", "--project-dir=orders", "--count=100000"],
    "report": ["report", "run", "--format=md"],
    "validate": ["validate", "--project-dir=orders"],
}
ATTACKS: Final = [
    Attack("names", "escape sequences and markup in a recording", names_in_a_recording),
    Attack("names", "escape sequences and markup in a project", names_in_a_project),
    *(
        Attack(name, f"a signal at {MOMENTS} moments", partial(signals, words=words, whole=whole))
        for name, (words, whole) in SIGNALLED.items()
    ),
    *(Attack(name, "a reader that goes", partial(closed_pipe, words=words)) for name, words in PRINTING.items()),
    *(
        Attack(name, "a device that is full", partial(full_device, words=words, wanted={0, 1}))
        for name, words in PRINTING.items()
    ),
    Attack("run", "a summary that nobody reads", run_unread),
]
