#!/usr/bin/env bash
# need_program.sh PROGRAM DEBIAN_PACKAGE: makes sure PROGRAM can be run. Installs Debian's package when that is
# possible without asking anybody (root, apt-get); says what to do when it is not.
set -euo pipefail

program=$1
package=$2

command -v "$program" >/dev/null && exit 0
if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    echo "$program is missing: installing Debian's package $package"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    command -v "$program" >/dev/null && exit 0
fi
echo "$program is missing: install it (on Debian: sudo apt-get install $package) and run make again" >&2
exit 1
