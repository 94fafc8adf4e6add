#!/usr/bin/env bash
# add_python_3_13.sh FOLDER: a virtual environment of Python 3.13 with the packages PipeGen needs at run time.
# Without a Python 3.13 on this machine it says so and makes nothing: the tests that want one are skipped then.
set -euo pipefail

folder=$1
python=$("$(dirname "$0")/find_python.sh" 3.13)
if [[ -z $python ]]; then
    echo "no Python 3.13 here: tests that need it besides $(python --version) will be skipped"
    exit 0
fi
"$python" -m venv "$folder"
python - <<'PYTHON' | "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement /dev/stdin
import tomllib

with open("pyproject.toml", "rb") as file:
    print("\n".join(tomllib.load(file)["project"]["dependencies"]))
PYTHON
