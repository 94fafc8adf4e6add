"""What is committed holds on every machine: no folder of one machine, no address of one package registry."""

from __future__ import annotations

import json
import re

from tests.tooling.checkout import ROOT, committed_files, text_of

# Put together here, so that this file does not itself hold what it looks for.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("index", "crates", "io"),
        ("static", "crates", "io"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
    )
]
MACHINE_FOLDER = re.compile(r"(?<![\w.~$}-])/(?:root|home/[a-z]|Users/[A-Za-z]|" + "wo" + r"rk/)[\w./-]*")
ALLOWED_FOLDERS = {"/home/you"}
"""Folders that examples may name, because they stand for the reader's own."""


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = []
    for path in committed_files():
        text = text_of(path) or ""
        found += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRY_HOSTS if host in text]
    assert not found, "registries are the user's choice and are used by package name"


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = []
    for path in committed_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            folders = {match.group() for match in MACHINE_FOLDER.finditer(line)} - ALLOWED_FOLDERS
            found += [f"{path.relative_to(ROOT)}:{number}: {folder}" for folder in folders]
    assert not found


def test_the_npm_lock_names_packages_and_sums_but_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_there_is_no_lock_of_another_tool_that_would_carry_addresses() -> None:
    names = {path.name for path in committed_files()}
    assert names.isdisjoint({"uv.lock", "pylock.toml", "poetry.lock", "yarn.lock", "pnpm-lock.yaml"})
