#!/bin/sh
# Asks for known weaknesses of what PipeGen is made of. A warning: exit code 1 says that something was found, or that the
# advisories cannot be had from here; then the versions are listed, to be compared by hand.
set -u
cd "$(dirname "$0")/.." || exit 1
said=$(mktemp)
missing=""
found=0

if timeout 60 npm audit --omit=optional --audit-level=low > "$said" 2>&1; then
    echo "npm: no known weakness"
elif grep -q "npm error" "$said"; then
    missing="$missing npm"
else
    cat "$said"
    found=1
fi
rm -f "$said"

if python -c 'import pip_audit' 2> /dev/null; then
    timeout 300 python -m pip_audit --skip-editable || found=1
else
    missing="$missing PyPI"
fi
if command -v cargo-audit > /dev/null; then
    cargo audit || found=1
else
    missing="$missing RustSec"
fi

if [ -n "$missing" ]; then
    echo "no advisories from:$missing. Versions as of $(git log -1 --format=%cs -- Cargo.lock package-lock.json pyproject.toml):"
    python tools/write_sbom.py --list
    python -m pip list --format=freeze 2> /dev/null
    exit 1
fi
exit $found
