"""The JDK's XML signature as a peer, in a process of its own that is asked for rounds. It counts its own CPU time."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from benches.document.model import Report
from benches.document.template import report_template
from benches.key import Key
from benches.peers.metadata import body
from benches.race import QUICK

_PROGRAM = Path(__file__).with_name("Jdk.java")


class Jdk:
    """The peer. Its documents are given ready-made, and its metadata too: it is timed for less than the others."""

    def __init__(self, key: Key, reports: Sequence[Report]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        home = Path(self._folder.name)
        documents = [(report, report_template().render(report)) for report in reports]
        described = [(f"Document{n:02}", *pair) for n, pair in enumerate(documents, start=1)]
        for name, content in (
            ("key.der", key.pkcs8),
            ("certificate.der", key.certificate),
            ("metadata.xml", body(described, b"")),
            ("documents.txt", "\n".join(report.id.root for report in reports).encode()),
            *((report.id.root, document) for report, document in documents),
        ):
            (home / name).touch(mode=0o600)
            (home / name).write_bytes(content)
        command = ["java", "-XX:+UseSerialGC", "-Xmx1g", str(_PROGRAM), str(home)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"
        self.submission = (home / "submission.bin").read_bytes()

    def rate(self, seconds: float) -> float:
        """Run for that long; return how many submissions a second of CPU time."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"run {seconds}\n")
        self._process.stdin.flush()
        made, took = self._line().split()
        return int(made) / float(took)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


@contextmanager
def jdk(key: Key, reports: Sequence[Report]) -> Iterator[Jdk]:
    """Start the peer and warm it up for the time that its compiler needs."""
    with Jdk(key, reports) as peer:
        peer.rate(1.0 if QUICK else 6.0)
        yield peer
