"""The wheel inspection notices what must not be shipped."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from tools import inspect_wheel

GOOD = {
    "pipegen/_native.abi3.so": b"compiled",
    "pipegen/web/index.html": b"<p>page</p>",
    "pipegen-1.dist-info/sboms/sbom.cdx.json": b"{}",
    "pipegen-1.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: cp311-abi3-manylinux_2_28_x86_64\n",
}


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "checkout"
    (root / "web").mkdir(parents=True)
    (root / "web" / "index.html").write_bytes(b"<p>page</p>")
    monkeypatch.setattr(inspect_wheel, "ROOT", root)
    return root


def wheel_of(tmp_path: Path, files: Mapping[str, bytes]) -> Path:
    wheel = tmp_path / "pipegen.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel


def test_a_right_wheel_has_no_faults(tmp_path: Path) -> None:
    assert inspect_wheel.faults(wheel_of(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"pipegen-1.dist-info/WHEEL": b"Tag: cp311-abi3-linux_x86_64\n"}, "tag"),
        ({"pipegen/web/index.html": b"an older page"}, "is not the one in web/"),
        ({"pipegen/web/deleted.js": b""}, "which is not in web/"),
        ({"web/index.html": b""}, "beside the package"),
        ({"pipegen/_native.abi3.so": b"/src/index.crates/pyo3/lib.rs"}, "tells of this machine"),
    ],
)
def test_a_wrong_wheel_is_told_apart(tmp_path: Path, change: Mapping[str, bytes], fault: str) -> None:
    (found,) = inspect_wheel.faults(wheel_of(tmp_path, {**GOOD, **change}))
    assert fault in found


def test_a_wheel_without_a_data_file_of_the_package_is_refused(tmp_path: Path, checkout: Path) -> None:
    rules = checkout / "python" / "pipegen" / "diagnose" / "rules.toml"
    rules.parent.mkdir(parents=True)
    rules.write_bytes(b"")
    assert inspect_wheel.faults(wheel_of(tmp_path, GOOD)) == ["it lacks pipegen/diagnose/rules.toml"]


def test_a_wheel_that_names_the_folder_it_was_built_in_is_refused(tmp_path: Path, checkout: Path) -> None:
    found = inspect_wheel.faults(wheel_of(tmp_path, {**GOOD, "pipegen/_native.abi3.so": str(checkout).encode()}))
    assert any("tells of this machine" in fault for fault in found)


@pytest.mark.parametrize("missing", ["pipegen/_native.abi3.so", "pipegen/web/index.html"])
def test_a_wheel_that_lacks_a_part_is_refused(tmp_path: Path, missing: str) -> None:
    files = {name: content for name, content in GOOD.items() if name != missing}
    (found,) = inspect_wheel.faults(wheel_of(tmp_path, files))
    assert missing in found
