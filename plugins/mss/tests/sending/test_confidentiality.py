"""Who may get a document, from its confidentiality."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from caducee.model.destination import Destination
from caducee.testing import invented_letter
from caducee_mss.sending.confidentiality import misfits
from caducee_mss.sending.destination import Correspondent, PatientMail


class Dmp(Destination, frozen=True):
    kind: ClassVar[str] = "dmp"


COLLEAGUE, PATIENT, RECORD = Correspondent(address="a@b.mssante.fr"), PatientMail(), Dmp()


@pytest.mark.parametrize(
    ("code", "audience", "refused"),
    [
        ("N", (COLLEAGUE, PATIENT, RECORD), []),
        ("N", (COLLEAGUE, RECORD), []),
        ("INVISIBLE_PATIENT", (COLLEAGUE, RECORD), []),
        ("INVISIBLE_PATIENT", (COLLEAGUE, PATIENT), ["patient_mail"]),
        ("MASQUE_PS", (PATIENT,), []),
        ("MASQUE_PS", (COLLEAGUE,), ["mss"]),
        ("MASQUE_PS", (PATIENT, RECORD), ["patient_mail"]),
        ("INVISIBLE_REPRESENTANTS_LEGAUX", (PATIENT,), []),
        ("INVISIBLE_REPRESENTANTS_LEGAUX", (PATIENT, RECORD), ["patient_mail"]),
        ("INVISIBLE_REPRESENTANTS_LEGAUX", (COLLEAGUE, PATIENT), ["mss"]),
    ],
)
def test_the_published_table_decides(code: str, audience: tuple[Destination, ...], refused: list[str]) -> None:
    document = msgspec.structs.replace(invented_letter(), confidentiality=code)
    found = [one.field for destination in audience for one in misfits(document, destination, audience)]
    assert found == [f"audience.{kind}" for kind in refused]
