"""Stacks, the runs that use them, and `pipegen clean`: nothing is taken from a run that lives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from pipegen.cli import app, clean
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.terminal import Terminal
from pipegen.errors import EXIT_CONFIG, EXIT_SERVICE, StackError
from pipegen.journal import Journal, RunHead, journals
from pipegen.run.connect import release_stack
from pipegen.session import leftovers
from pipegen.stack import Endpoints, PartState, PartStatus, Silent, Stack, stack_of

ADDRESSES = Endpoints(
    bootstrap_servers="127.0.0.1:9092",
    schema_registry_url="http://127.0.0.1:8082",
    flink_url="http://127.0.0.1:8081",
    sql_gateway_url="http://127.0.0.1:8083",
)


class Running:
    """A stack that runs, at the seam."""

    kind = "local"

    def __init__(self, folder: Path, for_run: str | None) -> None:
        self.state_file = folder / "state.json"
        self._for_run = for_run
        self.up = True
        self.has_data = True

    def endpoints(self) -> Endpoints | None:
        return ADDRESSES if self.up else None

    def for_run(self) -> str | None:
        return self._for_run

    def status(self) -> list[PartStatus]:
        return [PartStatus(name="kafka", state=PartState.RUNNING if self.up else PartState.STOPPED)]

    def down(self) -> None:
        self.up = False

    def delete_data(self) -> None:
        self.has_data = False


def a_stack(folder: Path, for_run: str | None = None) -> Any:
    return cast("Any", Running(folder, for_run))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "none"))
    return tmp_path


@pytest.fixture
def alive() -> Iterator[Journal]:
    """A run that lives and uses services at these addresses."""
    journal = Journal(RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/projects/orders"), on_failure=_fail)
    journal.open()
    journal.services(ADDRESSES.model_dump())
    yield journal
    journal.close(keep=False)


def _fail(text: str, remedy: str) -> None:
    raise AssertionError(text + remedy)


def cleaned(stack: Stack, monkeypatch: pytest.MonkeyPatch, *, volumes: bool = False) -> str:
    monkeypatch.setattr(clean, "stacks_present", lambda: [stack])
    told = io.StringIO()
    monkeypatch.setattr(clean, "Terminal", lambda **options: Terminal(file=told, width=500, **options))
    try:
        clean.clean_stacks(ProjectOptions(), volumes=volumes, flink=False)
    except StackError as error:
        told.write(f"{error.message} ({error.exit_code})")
    return told.getvalue()


@pytest.mark.parametrize("volumes", [True, False])
def test_clean_names_the_run_that_uses_a_stack_and_leaves_it(
    alive: Journal, state: Path, monkeypatch: pytest.MonkeyPatch, volumes: bool
) -> None:
    stack = a_stack(state)
    told = cleaned(stack, monkeypatch, volumes=volumes)
    assert "run k3m9xa of /projects/orders (process 4711) uses it" in told
    assert "would stop kafka" in told
    assert told.endswith(f"({EXIT_SERVICE})")
    assert ("delete all topics" in told) == volumes
    assert (stack.up, stack.has_data) == (True, True)


def test_clean_leaves_a_stack_that_a_run_is_starting(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(RunHead("k3m9xa", 4711, "", "/projects/orders"), on_failure=_fail)
    journal.open()
    journal.making("stack", str(state / "state.json"))
    stack = a_stack(state)
    assert "run k3m9xa" in cleaned(stack, monkeypatch)
    assert stack.up
    journal.close(keep=False)


def test_clean_stops_a_stack_whose_runs_are_gone(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(RunHead("k3m9xa", 4711, "", "/projects/orders"), on_failure=_fail)
    journal.open()
    journal.making("stack", str(state / "state.json"))
    journal.close(keep=True)
    stack = a_stack(state)
    assert "stopped kafka" in cleaned(stack, monkeypatch)
    assert [found.head.run_id for found in journals()] == ["k3m9xa"]
    # What the run had made was data of this stack.
    assert "data deleted" in cleaned(stack, monkeypatch, volumes=True)
    assert journals() == []


def test_the_last_run_stops_a_stack_that_was_started_for_a_run(alive: Journal, state: Path) -> None:
    stack = a_stack(state, for_run="b7c2de")
    release_stack(stack, "b7c2de", Silent())
    assert stack.up, "it was stopped under another run"
    alive.close(keep=False)
    release_stack(stack, "k3m9xa", Silent())
    assert not stack.up


def test_a_stack_that_the_user_started_outlives_every_run(state: Path) -> None:
    stack = a_stack(state)
    release_stack(stack, "k3m9xa", Silent())
    assert stack.up


@pytest.mark.parametrize("name", ["state.json", "compose.json"])
def test_a_stack_is_found_again_by_its_state_file(state: Path, name: str) -> None:
    assert stack_of(state / name).state_file == state / name


def invoked(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["clean", *arguments])
    return result.exit_code, result.output


def test_leftovers_of_nobody_are_none() -> None:
    assert invoked("--leftovers") == (0, "no run has left anything: there is no journal\n")


def test_leftovers_of_a_run_that_lives_are_left_alone(alive: Journal) -> None:
    code, told = invoked("--leftovers")
    assert code == 0
    assert "run k3m9xa of /projects/orders (process 4711) is alive: left alone" in told
    assert alive.path.exists()


def test_leftovers_on_this_machine_are_removed(state: Path) -> None:
    folder, theirs = state / "pipegen-data-k3m9xa", state / "theirs"
    for each in (folder, theirs):
        each.mkdir()
        (each / "rows.csv").write_text("1")
    journal = Journal(RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/gone"), on_failure=_fail)
    journal.open()
    journal.making("folder", str(folder))
    journal.close(keep=True)
    code, told = invoked("--leftovers")
    assert code == 0
    assert str(folder) in told
    assert "nothing of run k3m9xa is left" in told
    assert (folder.exists(), theirs.exists(), journals()) == (False, True, [])


def test_leftovers_on_services_that_are_away_are_named_and_can_be_removed_later(state: Path) -> None:
    journal = Journal(RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/gone"), on_failure=_fail)
    journal.open()
    journal.services(dict.fromkeys(ADDRESSES.model_dump(), "http://127.0.0.1:1"))
    journal.making("subject", "orders-k3m9xa-value")
    journal.making("job", "pipegen-orders-k3m9xa")
    journal.close(keep=True)
    result = CliRunner().invoke(app, ["clean", "--leftovers"])
    assert "left behind: subject orders-k3m9xa-value: schema registry at http://127.0.0.1:1" in result.output
    assert "left behind: job pipegen-orders-k3m9xa: Flink at http://127.0.0.1:1" in result.output
    assert getattr(result.exception, "exit_code", None) == EXIT_SERVICE
    assert [found.head.run_id for found in journals()] == ["k3m9xa"]


def test_leftovers_stand_alone() -> None:
    result = CliRunner().invoke(app, ["clean", "--leftovers", "--volumes"])
    assert getattr(result.exception, "exit_code", None) == EXIT_CONFIG


def test_a_run_that_was_to_keep_what_it_made_keeps_it(state: Path) -> None:
    journal = Journal(RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/gone", keep=True), on_failure=_fail)
    journal.open()
    journal.services(dict.fromkeys(ADDRESSES.model_dump(), "http://127.0.0.1:1"))
    journal.making("subject", "orders-k3m9xa-value")
    journal.close(keep=True)
    code, told = invoked("--leftovers")
    assert code == 0
    assert "--no-cleanup" in told
    assert "subject orders" not in told
    assert journals() == []


def test_the_stack_that_a_run_started_for_itself_is_stopped_with_its_leftovers(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = a_stack(state, for_run="k3m9xa")
    monkeypatch.setattr(leftovers, "stack_of", lambda _state_file: stack)
    journal = Journal(RunHead("k3m9xa", 4711, "2026-11-28T02:24:21.843Z", "/gone"), on_failure=_fail)
    journal.open()
    journal.making("stack", str(stack.state_file))
    journal.close(keep=True)
    code, _ = invoked("--leftovers")
    assert (code, stack.up, journals()) == (0, False, [])
