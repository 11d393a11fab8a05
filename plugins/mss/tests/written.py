"""Mails and archives as others write them, to be read."""

from __future__ import annotations

import base64
import io
import zipfile

from plugins.mss.tests.letters import sealed


def mail(*parts: bytes, head: bytes = b"", kind: bytes = b"multipart/mixed; boundary=b1") -> bytes:
    """Return a mail of parts, each with its own head."""
    lines = [b"From: a@cabinet.mssante.fr", b"To: b@labo.mssante.fr", b"Subject: essai", b"Message-ID: <m@a.fr>"]
    body = b"".join(b"\r\n--b1\r\n" + one for one in parts) + b"\r\n--b1--\r\n"
    return head + b"\r\n".join(lines) + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + body


def file(content: bytes, kind: bytes = b"application/zip", more: bytes = b"") -> bytes:
    """Return a part that is a file, base 64."""
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n" + more + b"\r\n"
    return head + base64.encodebytes(content)


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {one: opened.read(one) for one in opened.namelist()}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return made.getvalue()


def cda(number: int = 1) -> bytes:
    return sealed(number).cda
