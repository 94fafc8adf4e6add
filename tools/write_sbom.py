"""Writes sbom.cdx.json: what a wheel holds besides PipeGen itself, and what it asks for, as CycloneDX 1.5.

Made from Cargo.lock, package-lock.json and pyproject.toml alone, so that the same commit gives the same file. What is
compiled in or copied in has its version; what pip installs beside the wheel has the range that is asked for.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "sbom.cdx.json"
VENDORED: Final = ("chart.js", "@kurkle/color", "@fontsource-variable/inter")


def crates() -> Iterator[tuple[str, str]]:
    """Name and version of each crate that the compiled part is made of; not those of tests alone."""
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for each in locked:
        by_name.setdefault(each["name"], []).append(each)
    own = {path.parent.name: path for path in sorted((ROOT / "rust").glob("*/Cargo.toml"))}
    waiting = ["pipegen-native"]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, _, version = waiting.pop().partition(" ")
        for each in by_name.get(name, []):
            key = (name, each["version"])
            if (version and each["version"] != version) or key in seen:
                continue
            seen.add(key)
            if name in own:
                told = tomllib.loads(own[name].read_text(encoding="utf-8"))
                waiting += [*told.get("dependencies", {}), *told.get("build-dependencies", {})]
            else:
                waiting += each.get("dependencies", [])
    yield from sorted(key for key in seen if key[0] not in own)


def components() -> Iterator[dict[str, Any]]:
    """Each part, by kind and name."""
    for name, version in crates():
        yield part(name, version, f"pkg:cargo/{name}@{version}")
    npm = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in VENDORED:
        version = npm[f"node_modules/{name}"]["version"]
        yield part(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in sorted(project["dependencies"]):
        name = line.partition(">")[0].partition("=")[0].strip()
        asked = line[len(name) :].partition(";")[0].strip()
        yield {
            "type": "library",
            "name": name,
            "purl": f"pkg:pypi/{name}",
            "scope": "required",
            "properties": [{"name": "pipegen:asked", "value": asked}],
        }


def part(name: str, version: str, purl: str) -> dict[str, Any]:
    """A part that the wheel holds."""
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "scope": "required"}


def written() -> str:
    """The file's text."""
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "pipegen-flink",
                "version": version,
                "purl": f"pkg:pypi/pipegen-flink@{version}",
            }
        },
        "components": list(components()),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes it; with --check says whether it is up to date, with --list prints names and versions."""
    text = written()
    if "--list" in sys.argv:
        for each in json.loads(text)["components"]:
            print(each.get("version") or each["properties"][0]["value"] or "any", each["purl"], sep="\t")
        return 0
    if "--check" in sys.argv:
        return int(not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
