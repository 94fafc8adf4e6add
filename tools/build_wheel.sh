#!/usr/bin/env bash
# Builds dist/pipegen_flink-*.whl (abi3, manylinux_2_28, with web/ inside) and dist/pipegen_flink-*.tar.gz.
# Needs the virtual environment's maturin and ziglang on PATH; `make wheel` sees to that.
set -euo pipefail
cd "$(dirname "$0")/.."

# What `maturin develop` leaves in the package would be an old copy of web/, and stop the build as "already added".
rm -rf python/pipegen/web dist

# Panic messages carry source paths; a shipped library speaks of no machine's folders and of no registry's address.
cargo fetch --locked
remap="--remap-path-prefix=$PWD=pipegen"
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
    remap+=" --remap-path-prefix=$registry=crates"
done

# From the source distribution, so that it is known to build; in the usual target folder, so that it builds fast.
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}" RUSTFLAGS="${RUSTFLAGS:-} $remap" \
    maturin build --sdist --release --locked --out dist \
    --zig --target "$(uname -m)-unknown-linux-gnu" --compatibility manylinux_2_28

python tools/inspect_wheel.py dist/*.whl
