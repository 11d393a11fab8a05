#!/bin/sh
# Prints the path of a SoftHSM2 module. Uses the installed one, else fetches the Debian package and unpacks it under
# build/tools: no root, nothing installed. Anything that fails stops it, loudly.
# CADUCEE_SOFTHSM_UNPACKED=1 does without the installed one.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder="$root/build/tools/softhsm"

fail() {
    echo "SoftHSM2: $1" >&2
    exit 1
}

find_module() {
    find "$@" -name libsofthsm2.so 2>/dev/null | head -n 1
}

fetch() {
    command -v apt-get >/dev/null || fail "not installed, and there is no apt-get to fetch it"
    work="$folder.$$"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
    set -- -qq -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=
    apt-get "$@" update >&2 || fail "the package lists could not be fetched"
    (cd "$work" && apt-get "$@" download libsofthsm2 >&2) || fail "the package could not be fetched"
    dpkg -x "$work"/libsofthsm2_*.deb "$work/root"
    # Two tests may fetch at once: the first one wins, the other finds it done.
    mv -T "$work/root" "$folder" 2>/dev/null || true
    rm -rf "$work"
}

module=""
[ -n "${CADUCEE_SOFTHSM_UNPACKED:-}" ] || module=$(find_module /usr/lib/softhsm /usr/lib/*/softhsm /usr/local/lib)
[ -n "$module" ] || module=$(find_module "$folder")
if [ -z "$module" ]; then
    fetch
    module=$(find_module "$folder")
fi
[ -n "$module" ] || fail "the package holds no module"
missing=$(ldd "$module" | grep "not found" || true)
[ -z "$missing" ] || fail "libraries are missing: $missing"
echo "$module"
