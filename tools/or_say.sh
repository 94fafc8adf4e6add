#!/usr/bin/env bash
# or_say.sh REMEDY COMMAND…: runs the command; when it fails, says last what to do about it.
set -uo pipefail

remedy=$1
shift

"$@"
code=$?
if [[ $code -ne 0 && $code -lt 128 ]]; then
    printf '\n%s\n' "$remedy" >&2
fi
exit "$code"
