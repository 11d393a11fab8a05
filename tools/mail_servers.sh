#!/bin/sh
# Puts Postfix, Dovecot 2.3 and the user vmail on this machine when they are missing. Starts nothing.
set -eu

present() {
    command -v postfix >/dev/null && command -v dovecot >/dev/null && [ -x /usr/lib/dovecot/lmtp ] && id vmail >/dev/null 2>&1
}

PATH="$PATH:/usr/sbin:/sbin"
present && exit 0
[ "$(id -u)" = 0 ] || { echo "Postfix, Dovecot or the user vmail is missing: run 'make servers' once as root" >&2; exit 1; }

if ! command -v postfix >/dev/null || ! command -v dovecot >/dev/null || [ ! -x /usr/lib/dovecot/lmtp ]; then
    command -v apt-get >/dev/null || { echo "install Postfix and Dovecot 2.3 with IMAP and LMTP, there is no apt-get here" >&2; exit 1; }
    # Packages start their services unless told not to; a rule that was there already stays.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    # The index may be old or absent: asked again only when the first try fails.
    set -- install -y -qq --no-install-recommends postfix dovecot-imapd dovecot-lmtpd
    apt-get "$@" >/dev/null 2>&1 || { apt-get update -qq && apt-get "$@" >/dev/null; }
fi
id vmail >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin --user-group vmail

present || { echo "Postfix or Dovecot is still missing" >&2; exit 1; }
