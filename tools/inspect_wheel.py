"""Says what is wrong with a built wheel: its tags, what it lacks, what it should not tell. Reads, never writes."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"^Tag: cp311-abi3-manylinux_2_28_(x86_64|aarch64)$", re.MULTILINE)

PACKAGE_SUFFIXES = {".html", ".py", ".toml", ".json", ".yml"}


def faults(wheel: Path) -> list[str]:
    """A sentence for each thing that is wrong; empty when the wheel may be shipped."""
    found: list[str] = []
    secrets = {str(ROOT).encode(), str(Path.home()).encode() + b"/", b"index.crates"}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        tags = next(name for name in names if name.endswith(".dist-info/WHEEL"))
        if not TAG.search(archive.read(tags).decode()):
            found.append("its tag is not cp311-abi3-manylinux_2_28")
        if not any(name.endswith(".dist-info/sboms/sbom.cdx.json") for name in names):
            found.append("it does not say what it is made of: sbom.cdx.json")
        if "pipegen/_native.abi3.so" not in names:
            found.append("it lacks the compiled part, pipegen/_native.abi3.so")
        package = (path for path in (ROOT / "python" / "pipegen").rglob("*") if path.suffix in PACKAGE_SUFFIXES)
        wanted = {f"pipegen/{path.relative_to(ROOT / 'python' / 'pipegen')}" for path in package}
        found.extend(f"it lacks {name}" for name in sorted(wanted - names))
        expected = {f"pipegen/{path.relative_to(ROOT)}" for path in (ROOT / "web").rglob("*") if path.is_file()}
        found.extend(f"it lacks {name}" for name in sorted(expected - names))
        shipped = {name for name in names if name.startswith("pipegen/web/")}
        found.extend(f"it has {name}, which is not in web/" for name in sorted(shipped - expected))
        found.extend(
            f"its {name} is not the one in web/"
            for name in sorted(expected & names)
            if archive.read(name) != (ROOT / name.removeprefix("pipegen/")).read_bytes()
        )
        for name in sorted(names):
            content = archive.read(name)
            found.extend(f"{name} tells of this machine: {s.decode()}" for s in sorted(secrets) if s in content)
        outside = {name.split("/")[0] for name in names} - {"pipegen"}
        found.extend(
            f"it would put {top} beside the package" for top in sorted(outside) if not top.endswith(".dist-info")
        )
    return found


def main() -> None:
    """Check the wheel named on the command line."""
    wheel = Path(sys.argv[1])
    found = faults(wheel)
    if found:
        sys.exit("\n".join(f"{wheel.name}: {fault}" for fault in found))
    sys.stdout.write(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, tags and contents are right\n")


if __name__ == "__main__":
    main()
