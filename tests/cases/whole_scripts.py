"""Runs of plain scripts: what they say of topics is compared with what an independent client sees, and what stays."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipegen.stack import LocalStack
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

SCRIPTS = Path(__file__).parent / "scripts"
OURS = "independent"
"""The group of the tests' own client."""
_SESSION = re.compile(r"Session:? ([0-9a-f-]{36}) is (opened|closed)")

States = dict[str, dict[str, Any]]


def run_script(start_run: StartRun, folder: Path, script: str, *arguments: str, settings: str = "") -> Finished:
    """A run of a script of `scripts` in a folder that is no project, with every topic kept; it has to end well."""
    (folder / ".pipegen.yaml").write_text(settings)
    load = ("--duration=3s", "--message-rate=100", "--pipeline-timeout=60s", "--no-cleanup")
    done = start_run(folder, f"--sql={SCRIPTS / script}", *load, *arguments, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    return done


def counted(done: Finished, independent: Independent) -> tuple[States, States]:
    """Inputs and outputs by name, once their counts are those of an independent client."""
    snapshot = done.summary["snapshot"]
    for each in snapshot["inputs"]:
        assert (each["total"], each["errors"]) == (each["planned_total"], 0)
        sent, before = independent.read_all(each["topic"])
        assert sent == each["total"]
        # What is sent before the load: a record for each key of a table, or else probes.
        assert each["loaded_total"] in {None, before}
    for each in snapshot["outputs"]:
        assert independent.read_all(each["topic"])[0] == each["total"]
        assert each["total"] > 0
        assert (each["end_to_end"] is None) == (each["traced_by"] is None), each["traced_reason"]
        assert (each["lost"] is None) == (each["counts_reason"] is not None)
    assert sum(each["total"] for each in snapshot["inputs"]) == done.summary["delivered_total"]
    assert sum(each["total"] for each in snapshot["outputs"]) == done.summary["consumed_total"]
    inputs, outputs = ({each["name"]: each for each in snapshot[side]} for side in ("inputs", "outputs"))
    return inputs, outputs


def rows(independent: Independent, output: dict[str, Any]) -> list[Any]:
    """The rows of a JSON output, read by the independent client; a record without a value takes a row back."""
    return [json.loads(value) for value in independent.values(output["topic"]) if value]


@dataclass(frozen=True)
class There:
    """What is on the services: topics with their ends, groups, subjects, running jobs, open sessions of the gateway."""

    ends: dict[str, Any]
    groups: frozenset[str]
    subjects: frozenset[str]
    jobs: frozenset[str]
    sessions: frozenset[str]

    def more_than(self, before: There) -> list[object]:
        """What was added or changed since; leftovers that runs of other tests were still removing may be gone."""
        topics = [(name, end) for name, end in self.ends.items() if before.ends.get(name) != end]
        kinds = ("groups", "subjects", "jobs", "sessions")
        return [*topics, *(each for kind in kinds for each in sorted(getattr(self, kind) - getattr(before, kind)))]


def all_there_is(independent: Independent, stack: LocalStack) -> There:
    """What is on the services now."""
    log = (stack.stack_dir / "logs" / "flink-sql-gateway.log").read_text(errors="replace")
    sessions: dict[str, str] = dict(_SESSION.findall(log))
    return There(
        {name: independent.end_offsets(name) for name in independent.topics("") if not name.startswith("__")},
        frozenset(group for group in independent.groups("") if group != OURS),
        frozenset(independent.subjects("")),
        frozenset(independent.running_jobs("")),
        frozenset(name for name, state in sessions.items() if state == "opened"),
    )


def leaves_nothing(
    start_run: StartRun, folder: Path, script: str, independent: Independent, stack: LocalStack, settings: str = ""
) -> None:
    """Runs a script as its user does; afterwards nothing may have been added or changed."""
    (folder / ".pipegen.yaml").write_text(settings)
    before = all_there_is(independent, stack)
    load = ("--duration=2s", "--message-rate=100", "--pipeline-timeout=60s")
    done = start_run(folder, f"--sql={SCRIPTS / script}", *load, env=LENIENT).finish()
    assert (done.exit_code, done.summary["left_behind"]) == (0, []), done.out + done.err
    assert all_there_is(independent, stack).more_than(before) == []
