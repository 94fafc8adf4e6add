#!/usr/bin/env bash
# Prints the path of the first Python interpreter PipeGen can use: python3, or a newer one beside it.
# With a version as argument ("3.13"), the path of exactly that one, also from pyenv's folder. Prints nothing if none.
set -euo pipefail

wanted="${1:-}"

is_usable() {
    "$1" - "$wanted" 2>/dev/null <<'PYTHON'
import sys
wanted = sys.argv[1]
found = f"{sys.version_info.major}.{sys.version_info.minor}"
sys.exit(found != wanted if wanted else sys.version_info < (3, 11))
PYTHON
}

candidates=()
if [[ -n $wanted ]]; then
    candidates+=("python$wanted" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$wanted".*/bin/python3)
else
    candidates+=(python3 python3.13 python3.12 python3.11)
fi
for candidate in "${candidates[@]}"; do
    if path=$(command -v "$candidate") && is_usable "$path"; then
        # The interpreter itself, not a shim or a virtual environment's link that may be gone tomorrow.
        "$path" -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))'
        exit 0
    fi
done
