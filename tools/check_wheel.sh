#!/usr/bin/env bash
# check_wheel.sh [WHEEL]: the wheel works for somebody who has neither this checkout nor Rust. For each Python it must
# support: a bare virtual environment, `pip install` without and with the extra [local], `pipegen init`, and the main job on a real stack.
# Uses the user's cache of downloaded services; everything else is made for the check and removed after it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
wheel=$(realpath "${1:-$(echo "$root"/dist/pipegen_flink-*.whl)}")
[[ -f $wheel ]] || { echo "no wheel at $wheel: run make wheel" >&2; exit 1; }
pythons=(3.11 3.13)

cache=${PIPEGEN_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pipegen}
work=$(mktemp -d)
bare_path=/usr/local/bin:/usr/bin:/bin

# Runs a command as in a shell of somebody else: no Rust, no settings, no project of ours.
elsewhere() {
    (
        cd "$work"
        unset VIRTUAL_ENV PYTHONPATH PYO3_PYTHON
        while read -r name; do unset "$name"; done < <(compgen -e | grep '^PIPEGEN_' || true)
        env PATH="$venv/bin:$bare_path" HOME="$work/home" \
            PIPEGEN_CACHE_DIR="$cache" PIPEGEN_STACK_DIR="$stack" "$@" </dev/null
    )
}

tidy() {
    local code=$?
    trap - EXIT
    if [[ -n ${venv:-} && -x $venv/bin/pipegen ]]; then
        elsewhere pipegen clean --volumes >/dev/null || code=1
    fi
    rm -rf "$work"
    exit "$code"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if env PATH="$bare_path" bash -c 'command -v cargo || command -v rustc'; then
    echo "a Rust toolchain is on $bare_path: this check would not notice a wheel that builds" >&2
    exit 1
fi
mkdir -p "$work/home"

for version in "${pythons[@]}"; do
    python=$("$root/tools/find_python.sh" "$version")
    if [[ -z $python ]]; then
        echo "PYTHON $version IS MISSING: the wheel was NOT checked on it. Install it (pyenv install $version) and run again." >&2
        exit 1
    fi
    started=$SECONDS
    venv=$work/venv-$version
    stack=$work/stack-$version
    project=$work/orders-$version
    summary=$work/summary-$version.json

    "$python" -m venv "$venv"
    # pip keeps the real home for its cache and its own configuration.
    env PATH="$venv/bin:$bare_path" "$venv/bin/pip" install --quiet --disable-pip-version-check "$wheel"
    elsewhere pipegen init orders --dir "$project"
    # Who installed no stack is told how to get one by their first run.
    told=$(elsewhere pipegen run --stack local --project-dir "$project" 2>&1) && code=0 || code=$?
    [[ $code -eq 3 && $told == *"pip install 'pipegen-flink[local]'"* && $told != *Traceback* ]] || {
        echo "without the extra [local] the first run ended with $code and said: $told" >&2
        exit 1
    }
    env PATH="$venv/bin:$bare_path" "$venv/bin/pip" install --quiet --disable-pip-version-check "${wheel}[local]"
    elsewhere pipegen deploy --stack local --auto-ports
    elsewhere pipegen run --dashboard --dashboard-port 0 --duration 5s --stack local \
        --project-dir "$project" --summary-json "$summary"
    elsewhere python "$root/tools/check_summary.py" "$summary"
    elsewhere pipegen clean --volumes
    rm -rf "$venv"
    echo "wheel on Python $version: ok, $((SECONDS - started)) s"
done
