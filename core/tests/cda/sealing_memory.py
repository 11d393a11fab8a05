"""Seals a letter with a large body and packs it, and prints how much memory that added at its peak (Linux)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from caducee.cda.header import N1, Context, Organisation, PatientRole, Period, Professional
from caducee.cda.volets.n1 import template as n1_template
from caducee.rendering import CD, II
from caducee.wire import mtom

STATUS = Path("/proc/self/status")


def kilobytes(name: str) -> int:
    """Return a line of the process status."""
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.M)
    assert found is not None
    return int(found[1])


def letter(body: bytes) -> N1:
    """Return a letter around that body."""
    code, now = CD("x", "1.2.3"), "20261125083000+0100"
    structure = Organisation(II("1.2.3", "1"), "C", code, code, (), ())
    author = Professional(II("1.2.3", "2"), code, "ROUX", "C", None, None, structure)
    patient = PatientRole((II("1.2.3", "3"),), "NESSI-TEST", "A", "A", None, None, code, "1975", None, (), ())
    return N1(
        id=II("1.2.3"),
        type=code,
        title="Lettre",
        created=now,
        confidentiality=code,
        language="fr-FR",
        series=II("1.2.4"),
        version=1,
        patient=patient,
        author=author,
        service=Period(now, None),
        context=Context(),
        media_type="application/pdf",
        body=body,
    )


def main(size: int) -> None:
    """Print the document's length and the bytes that were added."""
    n1_template().seal(letter(b"warm"))
    model = letter(b"%PDF" + bytes(size))
    Path("/proc/self/clear_refs").write_text("5")
    before = kilobytes("VmRSS")
    document, _, _ = n1_template().seal(model)
    _, chunks = mtom.write(
        b"<e/>", [mtom.Attachment(content_id="d", content_type="text/xml", content=document)], action="a"
    )
    added = kilobytes("VmHWM") - before
    assert sum(map(len, chunks)) > len(document)
    print(len(document), added * 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]))
