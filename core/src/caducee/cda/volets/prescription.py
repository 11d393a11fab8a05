"""eP-MED-DM 2024.01, prescription de médicaments et de dispositifs médicaux."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

import msgspec

from caducee.cda.entries import medication, model
from caducee.cda.entries.build import Naming, paragraphs
from caducee.cda.entries.prescribed import device, medicine
from caducee.cda.header import Header, Participant, Period
from caducee.cda.oids import PDF_MEDIA_TYPE
from caducee.cda.people import coded, professional
from caducee.cda.times import read_time
from caducee.cda.volets.parts import LOINC_NAME, MEDICATION, whole
from caducee.model import bodies
from caducee.rendering import CD, II, PQ, Template

EVENT = CD("57833-6", LOINC_NAME, "Prescription de produits de santé")
_WEIGHT = CD("29463-7", LOINC_NAME, "Poids (mesuré)")
_HEIGHT = CD("8302-2", LOINC_NAME, "Taille (mesurée)")
_CARE_TEAM = CD("353", "1.2.250.1.213.1.6.1.107", "Membre de l'équipe de soins")
_YEAR = 365
SECURED = "MED-1098"


class Vital(msgspec.Struct, array_like=True, frozen=True):
    """A weight or a height."""

    ref: str
    id: II
    code: CD
    value: PQ
    label: str


class Prescription(Header, array_like=True, frozen=True):
    """An eP-MED-DM."""

    medicines: tuple[medication.Prescribed, ...]
    devices: tuple[medication.PrescribedDevice, ...]
    comment: tuple[str, ...]
    vitals: tuple[Vital, ...]
    code_image: bytes | None
    copy: model.Attachment
    pregnancy: II | None


@cache
def template() -> Template:
    """Return the compiled template."""
    preludes = (*MEDICATION, ("caducee.cda", "templates/prescribed.xml"))
    return Template.load("caducee.cda", "templates/ep_med_dm.xml", Prescription, preludes)


def build(header: Header, body: bodies.Prescription, copy: bytes) -> Prescription:
    """Return the document; ``copy`` is the PDF that the patient is given."""
    naming = Naming(header.id.root)
    number = II(body.number_root or header.series.root, body.number or "1")
    event = msgspec.structs.replace(
        header.context,
        act=EVENT,
        act_ids=(number,),
        subtypes=tuple(map(coded, body.kinds)),
        participants=(*map(_replaced, header.context.participants), *_executant(body)),
    )
    period = Period(header.created, valid_until(header.created, body.valid_until))
    day = header.created[:8]
    return whole(
        Prescription,
        msgspec.structs.replace(header, context=event, service=period),
        medicines=tuple(
            medicine(naming, f"body.medicines[{at}]", one, header.created, secured=is_secured(body))
            for at, one in enumerate(body.medicines)
        ),
        devices=tuple(
            device(naming, f"body.devices[{at}]", one, header.created) for at, one in enumerate(body.devices)
        ),
        comment=(*(part for line in body.free_lines for part in paragraphs(line.text)), *paragraphs(body.comment)),
        vitals=_vitals(naming, body),
        code_image=body.code_image or None,
        copy=model.Attachment(
            ref="copy",
            id=naming.id("copy"),
            type_id=naming.id("copy", "type"),
            type=EVENT,
            at=day,
            label="Copie de la prescription remise au patient",
            media_type=PDF_MEDIA_TYPE,
            content=copy,
        ),
        pregnancy=naming.id("body.pregnant") if body.pregnant else None,
    )


def is_secured(body: bodies.Prescription) -> bool:
    """Say whether amounts are written in letters."""
    return any(kind.code == SECURED for kind in body.kinds)


def _replaced(participant: Participant) -> Participant:
    """A prescription names the replaced doctor as ``REF`` with the function 353 (eP-MED-DM 2024.01)."""
    if participant.type_code != "RESP":
        return participant
    return msgspec.structs.replace(participant, type_code="REF", function=_CARE_TEAM)


def _executant(body: bodies.Prescription) -> tuple[Participant, ...]:
    if body.executant is None:
        return ()
    wished = body.execution_date.replace("-", "") if body.execution_date else None
    return (Participant("PRF", None, wished, professional(body.executant)),)


def valid_until(created: str, asked: str | None) -> str:
    """Return the last instant of the validity: that of the day asked, or a year after the prescription."""
    if asked:
        return f"{asked.replace('-', '')}235959{created[14:]}"
    start = read_time(created)
    day = date.fromordinal(start.date().toordinal() + _YEAR) if start else date.max
    return f"{day:%Y%m%d}235959{created[14:]}"


def _vitals(naming: Naming, body: bodies.Prescription) -> tuple[Vital, ...]:
    known = (
        ("weight_kg", _WEIGHT, body.weight_kg, "kg", "Poids"),
        ("height_cm", _HEIGHT, body.height_cm, "cm", "Taille"),
    )
    return tuple(
        Vital(
            ref=f"body-{name}",
            id=naming.id(f"body.{name}"),
            code=code,
            value=PQ.of(Decimal(value), unit),
            label=f"{label} : {value.replace('.', ',')} {unit}",
        )
        for name, code, value, unit, label in known
        if value is not None
    )
