"""From a line of a prescription to its entry. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from caducee.cda.entries import medication as render
from caducee.cda.entries.administration import administration, certain, length, quantity, rhythm
from caducee.cda.entries.build import Naming, optional, paragraphs, ref, time, words
from caducee.cda.people import nfc
from caducee.model.bodies.prescription import DevicePrescription, Line, MedicinePrescription, Substitution
from caducee.model.clinical.posology import Duration, Posology, PosologyMode, Step
from caducee.model.codes import TA_ASIP
from caducee.posology import amount, duration_words, in_letters, sentence
from caducee.rendering.datatypes import CD

_SUBSTITUTION = "2.16.840.1.113883.5.1070"
_ALLOWED = CD("G", _SUBSTITUTION, "Substitution autorisée par un produit générique")
_REFUSED = CD("N", _SUBSTITUTION, "Aucune substitution permise")
REASONS = {
    Substitution.NARROW_MARGIN: "Non substituable (MTE) : marge thérapeutique étroite",
    Substitution.CHILD_FORM: "Non substituable (EFG) : enfant de moins de six ans, forme galénique adaptée",
    Substitution.EXCIPIENT: "Non substituable (CIF) : contre-indication formelle à un excipient",
    Substitution.FORBIDDEN: "Non substituable",
}
_ENTRY = "1.2.250.1.213.1.1.3.48"
_ALD = ("13", "ald", CD("MED-574", TA_ASIP, "En rapport avec une ALD"))
_WORK = ("14", "work", CD("GEN-180", TA_ASIP, "En rapport avec un accident du travail ou une maladie professionnelle"))
_PREVENTION = ("34", "prevention", CD("GEN-295", TA_ASIP, "En rapport avec la prévention"))
_UNPAID = ("15", "unpaid", CD("GEN-181", TA_ASIP, "Non remboursable"))
_OFF_LABEL = ("12", "off-label", CD("GEN-179", TA_ASIP, "Hors Autorisation de Mise sur le Marché (AMM)"))


def medicine(
    naming: Naming, path: str, line: MedicinePrescription, created: str, *, secured: bool = False
) -> render.Prescribed:
    """Return a prescribed medicine; a secured form (MED-1098) says its amounts in letters."""
    line = worded(line) if secured else line
    first = line.posology.steps[0] if line.posology.mode is PosologyMode.NORMAL and line.posology.steps else Step()
    origin = line.start or first.start or _day(created)
    treatment = administration(
        naming,
        path,
        line.medicine,
        line.posology,
        interval=_interval(line, origin),
        origin=origin,
        mood="INT",
        reason=None,
        dates=in_letters(delivery_words(line)) if secured else delivery_words(line),
    )
    return render.Prescribed(
        treatment=treatment,
        repeat=line.renewals,
        for_patient=" ".join(paragraphs(line.patient_instructions)) or None,
        for_dispenser=" ".join(paragraphs(line.dispenser_instructions)) or None,
        quantity=quantity(line.quantity) if line.quantity else None,
        substitution=_ALLOWED if line.substitution is Substitution.ALLOWED else _REFUSED,
        substitution_reason=REASONS.get(line.substitution),
        reason=optional(line.reason),
        flags=tuple(_flags(naming, path, line, off_label=line.off_label)),
        at=created,
        condition=nfc(line.condition or first.condition) or None,
    )


def device(naming: Naming, path: str, line: DevicePrescription, created: str) -> render.PrescribedDevice:
    """Return a prescribed device."""
    return render.PrescribedDevice(
        ref=ref(path),
        id=naming.id(path),
        interval=render.Interval(time(line.start or _day(created)), time(line.end) if line.end else None, None),
        repeat=line.renewals,
        quantity=line.quantity,
        use=length(line.use) if line.use else None,
        name=nfc(line.device.name),
        code=optional(line.device.code),
        lpp=optional(line.device.lpp),
        flags=tuple(_flags(naming, path, line, off_label=None)),
        at=created,
        for_patient=" ".join(paragraphs(line.patient_instructions)) or None,
        for_dispenser=" ".join(paragraphs(line.dispenser_instructions)) or None,
        words=device_words(line),
    )


def worded(line: MedicinePrescription) -> MedicinePrescription:
    """Return the line with its posology in letters; the coded posology stays."""
    posology = msgspec.structs.replace(line.posology, text=in_letters(sentence(line.posology)))
    return msgspec.structs.replace(line, posology=posology)


def delivery_words(line: MedicinePrescription) -> str:
    """Return how much, for how long, how often again: « 2 boîtes, pendant 7 jours, à renouveler 3 fois »."""
    return ", ".join(
        filter(None, [amount(line.quantity) if line.quantity else "", _time_words(line), renewal_words(line)])
    )


def device_words(line: DevicePrescription) -> str:
    """Return the same of a device."""
    use = f"pendant {duration_words(line.use)}" if line.use else ""
    return ", ".join(filter(None, [f"quantité : {line.quantity}", use, renewal_words(line)]))


def _time_words(line: MedicinePrescription) -> str:
    if line.duration is not None:
        return f"pendant {duration_words(line.duration)}"
    if line.end:
        return f"du {words(line.start)} au {words(line.end)}" if line.start else f"jusqu'au {words(line.end)}"
    return ""


def renewal_words(line: Line) -> str:
    """Return « à renouveler 3 fois », or nothing."""
    return f"à renouveler {line.renewals} fois" if line.renewals else ""


def _interval(line: MedicinePrescription, origin: str) -> render.Interval | None:
    """A treatment that starts later has both its days, or its length alone (eP-MED-DM, délai de début).

    A rhythm never stands alone: the times that come first are those of the whole treatment, its end unknown if it must
    be (IHE PCC, Medications).
    """
    start = line.start if line.posology.delayed else origin
    if line.end and start:
        return render.Interval(time(start), time(line.end), None)
    if (length_of_all := line.duration or lasting(line.posology)) is not None:
        return render.Interval(time(None if line.posology.delayed else start), None, length(length_of_all))
    return render.Interval(time(start), time(None), None) if has_rhythm(line.posology) else None


def lasting(posology: Posology) -> Duration | None:
    """Return how long a posology of one step lasts, where it says so."""
    return certain(posology.steps[0]) if posology.mode is PosologyMode.NORMAL and posology.steps else None


def has_rhythm(posology: Posology) -> bool:
    """Say whether the whole posology has one rhythm; in steps, each has its own."""
    if posology.mode is not PosologyMode.NORMAL:
        return False
    return any(True for step in posology.steps for _ in rhythm(step, None))


def _flags(naming: Naming, path: str, line: Line, *, off_label: bool | None) -> Iterator[render.Flag]:
    asked = [
        (_ALD, line.ald),
        (_WORK, line.work_accident),
        (_PREVENTION, line.prevention),
        (_UNPAID, line.not_reimbursed),
    ]
    if off_label is not None:
        asked.append((_OFF_LABEL, off_label))
    for (template, role, code), value in asked:
        answer = "oui" if value else "non"
        yield render.Flag(
            template=f"{_ENTRY}.{template}",
            id=naming.id(path, role),
            code=code,
            ref=f"{ref(path)}-{role}",
            label=f"{code.display} : {answer}",
            value=value,
        )


def _day(created: str) -> str:
    return f"{created[:4]}-{created[4:6]}-{created[6:8]}"
