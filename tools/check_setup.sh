#!/usr/bin/env bash
# check_setup.sh PYTHON: whether this machine has what `make setup` cannot install itself. Names everything that is
# missing at once, with Debian's packages, and changes nothing.
set -euo pipefail

python=${1:-}
missing=()

if [[ -z $python ]]; then
    missing+=("Python 3.11 or newer: install one (sudo apt-get install python3 python3-venv), or name it with make PYTHON=…")
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=("the venv module of $python (sudo apt-get install python3-venv)")
fi
command -v cargo >/dev/null || missing+=("a Rust toolchain, 1.88 or newer (rustup, or Debian's cargo)")
command -v cc >/dev/null || missing+=("a C linker, which Rust calls as cc (sudo apt-get install gcc libc6-dev)")

[[ ${#missing[@]} -eq 0 ]] && exit 0
echo "PipeGen cannot be set up here. Install what is missing and run make again:" >&2
printf -- '- %s\n' "${missing[@]}" >&2
exit 1
