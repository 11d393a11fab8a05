#!/bin/sh
# Prints the paths of nginx and of OpenSSL's pkcs11 engine, one a line. Uses the installed ones, else fetches the Debian
# packages and unpacks them under build/tools: no root, nothing installed. Anything that fails stops it, loudly.
# CADUCEE_JUDGES_UNPACKED=1 does without the installed ones.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder="$root/build/tools/tls"

fail() {
    echo "TLS judges: $1" >&2
    exit 1
}

first() {
    name=$1
    shift
    find "$@" -name "$name" -type f 2>/dev/null | head -n 1
}

fetch() {
    command -v apt-get >/dev/null || fail "not installed, and there is no apt-get to fetch them"
    work="$folder.$$"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
    set -- -qq -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=
    apt-get "$@" update >&2 || fail "the package lists could not be fetched"
    (cd "$work" && apt-get "$@" download nginx libengine-pkcs11-openssl >&2) || fail "the packages could not be fetched"
    for package in "$work"/*.deb; do
        dpkg -x "$package" "$work/root"
    done
    # Two tests may fetch at once: the first one wins, the other finds it done.
    mv -T "$work/root" "$folder" 2>/dev/null || true
    rm -rf "$work"
}

nginx="" engine=""
if [ -z "${CADUCEE_JUDGES_UNPACKED:-}" ]; then
    nginx=$(first nginx /usr/sbin /usr/local/sbin)
    engine=$(first pkcs11.so /usr/lib/*/engines-3)
fi
if [ -z "$nginx" ] || [ -z "$engine" ]; then
    [ -d "$folder" ] || fetch
    nginx=$(first nginx "$folder/usr/sbin")
    engine=$(first pkcs11.so "$folder"/usr/lib/*/engines-3)
    [ -n "$engine" ] || engine=$(first libpkcs11.so "$folder"/usr/lib/*/engines-3)
fi
[ -n "$nginx" ] && [ -n "$engine" ] || fail "the packages hold no nginx or no engine"
for file in "$nginx" "$engine"; do
    missing=$(ldd "$file" | grep "not found" || true)
    [ -z "$missing" ] || fail "libraries are missing: $missing"
done
echo "$nginx"
echo "$engine"
