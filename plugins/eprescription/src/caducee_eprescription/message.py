"""What is deposited in the national base. The form is ours (the real one is not public): JSON, same bytes every time.

Source of the content: ``register``, the need that the flow implies (eP-MED-DM 2024.01 and CSP, art. R. 4071-1 s.).
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import msgspec

from caducee.cda.entries.prescribed import REASONS, delivery_words, device_words, renewal_words, worded
from caducee.model import bodies
from caducee.model.bodies.prescription import Line
from caducee.model.document import Document
from caducee.model.practice import Practitioner
from caducee.posology import in_letters, sentence
from caducee_eprescription.rules.form import SECURED

_YEAR = 365


class MessageLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. ``line`` is its path in the model; ``code`` and ``system`` are those of the product."""

    line: str
    label: str
    how: str = ""
    code: str = ""
    system: str = ""
    quantity: str = ""
    renewals: int = 0
    ald: bool = False
    work_accident: bool = False
    not_reimbursed: bool = False
    prevention: bool = False
    off_label: bool = False
    prior_approval: bool = False
    substitution: str = ""
    for_dispenser: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One prescription. Times as in the model; ``patient`` is the matricule INS, ``oid`` its realm."""

    number: str
    kind: str
    written: str
    valid_until: str
    prescriber: str
    structure: str
    patient: str
    oid: str
    birth_date: str
    lines: tuple[MessageLine, ...]
    subtypes: tuple[str, ...] = ()
    replaced_doctor: str = ""
    replaces: str = ""
    opposed: bool = False


def message(document: Document, author: Practitioner, *, number: str, replaces: str = "") -> Message:
    """Return what the base is given of a checked prescription."""
    body, patient = document.body, document.patient
    replaced = document.people.replaced
    return Message(
        number=number,
        kind=type(body).__name__,
        written=document.created,
        valid_until=valid_until(document),
        prescriber=author.identifier,
        structure=author.organisation.identifier,
        patient=patient.ins.matricule if patient.ins else "",
        oid=patient.ins.oid if patient.ins else "",
        birth_date=patient.traits.birth_date,
        lines=lines(body),
        subtypes=tuple(kind.code for kind in body.kinds) if isinstance(body, bodies.Prescription) else (),
        replaced_doctor=replaced.identifier if replaced else "",
        replaces=replaces,
        opposed=bool(getattr(body, "follow_opposed", False)),
    )


def written(content: Message) -> bytes:
    """Return the bytes: the same content gives the same."""
    return msgspec.json.encode(content)


def digest(content: Message) -> str:
    """Return what tells two contents apart, in hexadecimal."""
    return hashlib.sha256(written(content)).hexdigest()


def valid_until(document: Document) -> str:
    """Return the last day of validity: the one asked, or a year after it was written."""
    asked: str | None = getattr(document.body, "valid_until", None)
    if asked:
        return asked
    return (date.fromisoformat(document.created[:8]) + timedelta(days=_YEAR)).isoformat()


def lines(body: bodies.Body) -> tuple[MessageLine, ...]:
    """Return the lines of any kind of prescription."""
    if isinstance(body, bodies.Prescription):
        return _prescription(body)
    if isinstance(body, bodies.BiologyPrescription):
        upper = [(f"ald[{at}]", exam, True) for at, exam in enumerate(body.ald)]
        lower = [(f"exams[{at}]", exam, False) for at, exam in enumerate(body.exams)]
        return tuple(MessageLine(line=path, label=exam, ald=ald) for path, exam, ald in [*upper, *lower])
    if isinstance(body, bodies.ImagingRequest):
        return tuple(
            MessageLine(line=f"acts[{at}]", label=act.label or act.modality.display, code=act.modality.code)
            for at, act in enumerate(body.acts)
        )
    if isinstance(body, bodies.NursingPrescription | bodies.PhysiotherapyPrescription):
        return tuple(_act(f"acts[{at}]", act) for at, act in enumerate(body.acts))
    return ()


def _prescription(body: bodies.Prescription) -> tuple[MessageLine, ...]:
    secured = any(kind.code == SECURED for kind in body.kinds)
    return (
        *(_medicine(f"medicines[{at}]", one, secured=secured) for at, one in enumerate(body.medicines)),
        *(_device(f"devices[{at}]", one) for at, one in enumerate(body.devices)),
        *(
            MessageLine(line=f"free_lines[{at}]", label=one.text, **_flags(one))
            for at, one in enumerate(body.free_lines)
        ),
    )


def _medicine(path: str, line: bodies.MedicinePrescription, *, secured: bool) -> MessageLine:
    product = line.medicine.code or line.medicine.virtual or line.medicine.presentation
    delivered = delivery_words(line)
    return MessageLine(
        line=path,
        label=line.medicine.name,
        how=sentence((worded(line) if secured else line).posology),
        code=product.code if product else "",
        system=product.system if product else "",
        quantity=in_letters(delivered) if secured else delivered,
        off_label=line.off_label,
        substitution=REASONS.get(line.substitution, ""),
        **_flags(line),
    )


def _device(path: str, line: bodies.DevicePrescription) -> MessageLine:
    code = line.device.lpp or line.device.code
    return MessageLine(
        line=path,
        label=line.device.name,
        code=code.code if code else "",
        system=code.system if code else "",
        quantity=device_words(line),
        **_flags(line),
    )


def _act(path: str, act: bodies.CareAct) -> MessageLine:
    count = f"{act.count} séances" if act.count else ""
    quantity = ", ".join(filter(None, (count, act.rhythm, renewal_words(act))))
    return MessageLine(line=path, label=act.label, quantity=quantity, **_flags(act))


def _flags(line: Line) -> dict[str, Any]:
    names = ("renewals", "ald", "work_accident", "not_reimbursed", "prevention", "prior_approval")
    return {**{name: getattr(line, name) for name in names}, "for_dispenser": line.dispenser_instructions}
