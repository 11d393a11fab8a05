"""The prescription that is measured: three medicines, one tapered, one in doses at moments, one with every mention."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec

from benches.document.model import NOW, report
from caducee.cda.header import Context, Header, Period
from caducee.cda.volets.prescription import Prescription as Model
from caducee.cda.volets.prescription import build
from caducee.clinical import (
    ATC,
    CIP,
    CIS,
    Dose,
    Duration,
    Medicine,
    MedicinePrescription,
    Moment,
    Posology,
    PosologyMode,
    Prescription,
    Quantity,
    Step,
    Substitution,
    TimingEvent,
    Unit,
)
from caducee.model.codes import Code

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 60
_TABLET = Quantity(Decimal(1), "{tablet}", "comprimé")


@cache
def model() -> Model:
    """Return the model of the document, as the SDK hands it to its template; the copy is a PDF of 15 KB."""
    shared = report()
    fields = {name: getattr(shared, name) for name in Header.__struct_fields__}
    header = Header(**{**fields, "created": NOW, "service": Period(NOW, None), "context": Context()})
    return build(header, prescribed(), PDF)


def prescribed() -> Prescription:
    """Return what the doctor prescribed."""
    weeks = Duration(Decimal(2), Unit.WEEK)
    morning, evening = Moment(TimingEvent.BREAKFAST), Moment(TimingEvent.DINNER)
    tapered = (Step(dose=Dose(_TABLET), times=3, duration=weeks), Step(dose=Dose(_TABLET), times=1, duration=weeks))
    plain = _line("PARACÉTAMOL EXEMPLE 500 mg", 7, Posology(steps=(Step(dose=Dose(_TABLET), times=3),)))
    return Prescription(
        medicines=(
            plain,
            _line("PREDNISONE EXEMPLE 20 mg", 5, Posology(mode=PosologyMode.TAPERED, steps=tapered)),
            msgspec.structs.replace(
                _line(
                    "RAMIPRIL EXEMPLE 5 mg", 5, Posology(steps=(Step(dose=Dose(_TABLET), moments=(morning, evening)),))
                ),
                ald=True,
                renewals=2,
                substitution=Substitution.EXCIPIENT,
                patient_instructions="À prendre avec un verre d'eau",
            ),
        ),
        number="99S2TBPZ2JCNZ0Y1HZ",
        comment="À revoir dans un mois",
    )


def _line(name: str, digit: int, posology: Posology) -> MedicinePrescription:
    return MedicinePrescription(
        medicine=Medicine(
            name=name,
            code=Code(f"6999999{digit}", CIS, name),
            presentation=Code(f"340099999999{digit}", CIP, name),
            atc=Code("N02BE01", ATC, "paracétamol"),
        ),
        posology=posology,
        duration=Duration(Decimal(4), Unit.WEEK),
        quantity=Quantity(Decimal(2), "30009000", "boîte"),
    )
