#!/bin/sh
# Puts Debian's Chromium on this machine when it is missing: the judge of the pages that people click on.
set -eu

command -v chromium >/dev/null && exit 0
[ "$(id -u)" = 0 ] || { echo "Chromium is missing: install it, or run 'make browser' once as root" >&2; exit 1; }
command -v apt-get >/dev/null || { echo "install Chromium, there is no apt-get here" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
# The index may be old or absent: asked again only when the first try fails.
set -- install -y -qq --no-install-recommends chromium
apt-get "$@" >/dev/null 2>&1 || { apt-get update -qq && apt-get "$@" >/dev/null; }
command -v chromium >/dev/null || { echo "Chromium is still missing" >&2; exit 1; }
