from __future__ import annotations

import io

import pytest

from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.recognise import FileFormat, recognise

from . import worked
from .b2 import vectors as b2
from .camt import samples as camt
from .cfonb import samples as cfonb
from .noemie import vectors as noemie
from .ofx import samples as ofx

HEADS = [
    (FileFormat.B2, worked.raw(b2.R000)),
    (FileFormat.NOEMIE, worked.raw(noemie.R000)),
    (FileFormat.CAMT, camt.document()),
    (FileFormat.CAMT, b"\xef\xbb\xbf" + camt.document()),
    (FileFormat.CAMT, camt.document().decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    (FileFormat.CFONB, cfonb.balance("01", 100)),
    (FileFormat.CFONB, cfonb.balance("01", 100, currency="   ", decimals=" ")),
    (FileFormat.OFX, ofx.version_1()),
    (FileFormat.OFX, ofx.version_2()),
]


@pytest.mark.parametrize(("expected", "data"), HEADS)
def test_a_format_is_known_by_what_the_file_holds(expected: FileFormat, data: bytes) -> None:
    source = io.BytesIO(data)
    assert recognise(source) is expected
    assert source.tell() == 0


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"Date;Montant\n", b"<html/>", b"%PDF-1.7", b"\x00" * 500, b"0"])
def test_what_is_none_of_them_is_said_with_those_that_are(data: bytes) -> None:
    with pytest.raises(FormatFault) as caught:
        recognise(io.BytesIO(data))
    assert caught.value.rule == "format.unknown"
    assert "CFONB 120" in caught.value.explain().remedy
