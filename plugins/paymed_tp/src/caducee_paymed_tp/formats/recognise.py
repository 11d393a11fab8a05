"""Which format a file is in, by what it holds: names and extensions are not looked at."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import BinaryIO

from caducee_paymed_tp.formats.quarantine import FormatFault, Place

HEAD = 4096


class FileFormat(StrEnum):
    """The formats that can be read. CSV is never recognised: it needs its columns declared."""

    B2 = "b2"
    NOEMIE = "noemie"
    CAMT = "camt"
    CFONB = "cfonb"
    OFX = "ofx"
    CSV = "csv"


_SENDER = re.compile(rb"000[A-Z]{2}[ -~]{60}(?P<version>..)", re.DOTALL)
_CFONB = re.compile(rb"0[1457].{5}.{4}.{5}.{3}[0-9 ] .{11}", re.DOTALL)
_CAMT = re.compile(rb"urn:iso:std:iso:20022:tech:xsd:camt\.")
_CAMT_WIDE = "urn:iso:std:iso:20022:tech:xsd:camt."
_OFX = re.compile(rb"OFXHEADER|<OFX>|<\?OFX", re.IGNORECASE)


def recognise(source: BinaryIO) -> FileFormat:
    """Return the format of a file from its first 4 KiB, and go back to where it was.

    Raises:
        FormatFault: none of those known (``format.unknown``).
    """
    start = source.tell()
    head = source.read(HEAD)
    source.seek(start)
    found = _recognised(head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if found is None:
        raise FormatFault("format.unknown", Place(format="fichier", offset=start))
    return found


def _recognised(head: bytes) -> FileFormat | None:
    sender = _SENDER.match(head)
    if sender:
        return FileFormat.B2 if sender["version"] == b"B2" else FileFormat.NOEMIE
    if _OFX.search(head):
        return FileFormat.OFX
    if _CAMT.search(head) or _CAMT_WIDE in head.decode("utf-16", "ignore"):
        return FileFormat.CAMT
    return FileFormat.CFONB if _CFONB.match(head) else None
