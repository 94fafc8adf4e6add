"""Break the Rust core on purpose, a seeded sample of it, and see whether its tests notice.

``python tools/mutants_rust.py --sample 50 --seed 1`` needs cargo-mutants (``cargo install cargo-mutants --locked``)
and some minutes of both cores. It ends with 1 when fewer than 85 in 100 of the mutants that compile are killed.
Survivors that change nothing anybody could notice are listed in ``benches/mutants_rust.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The program that counts instructions is built for that alone, and no test runs it.
WHICH = ["--package", "pipegen-core", "--exclude", "**/src/bin/**", "--colors", "never"]
LEAST_KILLED_RATIO = 0.85
# Nobody debugs a mutant, and without the symbols it is built in half the time.
QUICK = {"CARGO_PROFILE_DEV_DEBUG": "0"}
# In the name of a mutant, "rust/pipegen-core/src/place.rs:51:9: replace Place::at -> u64 with 0".
LINE_AND_COLUMN = re.compile(r":\d+:\d+")
# The files that cargo-mutants writes; a mutant that hangs is noticed as well.
OUTCOMES = {"killed": ("caught.txt", "timeout.txt"), "survived": ("missed.txt",), "do not compile": ("unviable.txt",)}


def main() -> int:
    """Try the sample."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=50, help="number of mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--file", default="*", help="files they are taken from, such as 'sketch.rs'")
    options = parser.parse_args()
    if shutil.which("cargo-mutants") is None:
        print("cargo-mutants is missing: cargo install cargo-mutants --locked", file=sys.stderr)
        return 2
    mutants = every_mutant(options.file, options.seed)
    sample = mutants[: options.sample]
    print(f"{len(sample)} of {len(mutants)} mutants", flush=True)
    found = try_out(sample)
    tried = len(found["killed"]) + len(found["survived"])
    for outcome, names in found.items():
        print(f"{len(names)} {outcome}")
    for name in found["survived"]:
        print(f"  {name}")
    return 0 if tried and len(found["killed"]) / tried >= LEAST_KILLED_RATIO else 1


def every_mutant(file: str, seed: int) -> list[str]:
    """The names of all mutants of the package, in the order of a seed.

    A mutant has its place by its file and what it changes, not by its line: work on one function leaves all others.
    """
    command = ["cargo", "mutants", *WHICH, "--list", "--file", file]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    met: Counter[str] = Counter()
    places: dict[str, bytes] = {}
    for name in names:
        change = LINE_AND_COLUMN.sub("", name, count=1)
        met[change] += 1
        places[name] = hashlib.sha256(f"{seed} {change} {met[change]}".encode()).digest()
    return sorted(names, key=places.__getitem__)


def try_out(names: list[str]) -> dict[str, list[str]]:
    """Test each of the mutants; their names by outcome."""
    command = ["cargo", "mutants", *WHICH, "--no-times", "--timeout", "120"]
    for name in names:
        command += ["--file", name.partition(":")[0], "--re", f"^{re.escape(name)}$"]
    # The tests alone: neither examples nor benches judge a mutant.
    tests = ["--cargo-test-arg=--lib", "--cargo-test-arg=--tests"]
    with tempfile.TemporaryDirectory() as folder:
        # A survivor makes cargo-mutants fail; what counts is what it writes down.
        subprocess.run([*command, *tests, "--output", folder], cwd=ROOT, check=False, env=os.environ | QUICK)
        written = Path(folder) / "mutants.out"
        # cargo-mutants 27.1 tries mutants that leave out a field of a struct whatever it is asked for.
        lines = {
            outcome: [line for file in files for line in (written / file).read_text(encoding="utf-8").splitlines()]
            for outcome, files in OUTCOMES.items()
        }
        return {outcome: [line for line in found if line in names] for outcome, found in lines.items()}


if __name__ == "__main__":
    sys.exit(main())
