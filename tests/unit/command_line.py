"""Runs the command line in this process as ``pipegen`` does, to its exit code."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from pipegen import cli


class Told(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that was said."""
        return self.out + self.err


class CommandLine:
    """Takes commands."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.setenv("COLUMNS", "400")

    def __call__(self, *arguments: object) -> Told:
        """Runs a command."""
        self._monkeypatch.setattr("sys.argv", ["pipegen", *map(str, arguments)])
        code = cli.exit_code()
        out, err = self._capsys.readouterr()
        assert "unexpected error" not in err, err
        assert "Traceback" not in err, err
        return Told(code, out, err)


@pytest.fixture
def pipegen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line."""
    return CommandLine(monkeypatch, capsys)
