"""A real operator on the loopback: Postfix takes, Dovecot keeps, under an authority made for the run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import string
import subprocess
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives import hashes

from mail_rig.servers.introspection import Introspection
from mail_rig.servers.pki import APPLICATIVE, Issued, TestAuthority

TEMPLATES = Path(__file__).parent / "templates"
PORTS = ("imap", "imaps", "lmtp", "auth", "submission", "submissions", "applicative")
MAIL_USER = "vmail"
PATIENT = "275036399900105@patient.test.mssante.fr"
MAPS = {
    # Whoever is called inconnu has no box.
    "boxes": "!/^inconnu@/ ok\n",
    "full": "/^plein@/ 452 4.2.2 boite pleine\n",
    "senders": "/^(.*)$/ $1\n",
}


class Operator:
    """Ports by name, the authority, the clients' certificates and the tokens that live."""

    def __init__(self, base: Path, tokens: MutableMapping[str, str] | None = None) -> None:
        self.base = base
        self.ports = _free_ports()
        self.authority = TestAuthority(base / "pki")
        self.server = self.authority.server()
        self.applicative = self.authority.client("applicative")
        self.unknown = self.authority.client("unknown", "inconnu")
        self.self_signed = TestAuthority(base / "pki", "self_signed").own
        self.introspection = Introspection(tokens)

    def render(self) -> None:
        words = {"base": str(self.base), "name": self.base.name, "mail_user": MAIL_USER, "mail_group": MAIL_USER}
        words |= {name: str(port) for name, port in self.ports.items()}
        words["introspection"] = str(self.introspection.port)
        conf = self.base / "postfix/conf"
        for folder in ("dovecot/run", "dovecot/lib", "mail", "log", "postfix/queue", "postfix/data", "postfix/conf"):
            (self.base / folder).mkdir(parents=True, exist_ok=True)
        for name, folder in (("dovecot.conf", "dovecot"), ("oauth2.conf", "dovecot")):
            _fill(TEMPLATES / name, self.base / folder / name, words)
        for name in ("main.cf", "master.cf"):
            _fill(TEMPLATES / name, conf / name, words)
        for name, content in MAPS.items():
            (conf / name).write_text(content)
        (conf / "certificates").write_text(f"{_fingerprint(self.applicative)} applicative\n")
        (self.base / "dovecot/certificates.users").write_text(f"{APPLICATIVE}:::::::nopassword=y\n")
        for name in ("postfix-files", "dynamicmaps.cf"):
            shutil.copy(Path("/etc/postfix") / name, conf / name)
        shutil.chown(self.base / "mail", MAIL_USER, MAIL_USER)
        shutil.chown(self.base / "postfix/data", "postfix")

    def start(self) -> None:
        self._run("dovecot", "-c", str(self.base / "dovecot/dovecot.conf"))
        self._run("postfix", "-c", str(self.base / "postfix/conf"), "start")
        _wait(lambda: all(_listens(port) for port in self.ports.values()), "the mail servers do not listen")

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("postfix", "-c", str(self.base / "postfix/conf"), "stop")
        pid = self.base / "dovecot/run/master.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pid.read_text()), 15)
        # Listeners outlive SIGTERM by more than a second: the folder goes only after them.
        _wait(lambda: not pid.exists(), "Dovecot does not stop")
        _wait(lambda: not any(_listens(port) for port in self.ports.values()), "a mail server still listens")
        self.introspection.stop()

    def _run(self, *command: str) -> None:
        # A daemon keeps the pipes it inherits: its output goes to a file.
        with (self.base / "log/start").open("ab") as log:
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


@contextmanager
def running_operator(tokens: MutableMapping[str, str] | None = None) -> Iterator[Operator]:
    """Start Postfix and Dovecot, and stop them. ``tokens`` says whose box a token opens."""
    _require()
    base = Path(tempfile.mkdtemp(prefix="mss-"))
    base.chmod(0o755)  # the servers' own users come through here
    operator = Operator(base, tokens)
    try:
        operator.render()
        operator.start()
        yield operator
    finally:
        operator.stop()
        shutil.rmtree(base)


def _require() -> None:
    missing = [name for name in ("postfix", "dovecot") if shutil.which(name) is None]
    with suppress(KeyError):
        pwd.getpwnam(MAIL_USER)
        if not missing and os.geteuid() == 0:
            told = subprocess.run(["dovecot", "--version"], check=True, capture_output=True, text=True).stdout
            if not told.startswith("2.3."):  # 2.4 has another configuration language
                raise RuntimeError(f"the templates are for Dovecot 2.3, here is {told.strip()}")
            return
    raise RuntimeError("the mail servers need root, Postfix, Dovecot and the user vmail: run `make servers` as root")


def _fill(template: Path, target: Path, words: dict[str, str]) -> None:
    target.write_text(string.Template(template.read_text()).substitute(words))


def _fingerprint(issued: Issued) -> str:
    return issued.certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _free_ports() -> dict[str, int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: listener.getsockname()[1] for name, listener in zip(PORTS, taken, strict=True)}
    for listener in taken:
        listener.close()
    return ports


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _wait(condition: object, complaint: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise RuntimeError(complaint)
        time.sleep(0.05)
