"""What happened in the practice, as events that name no patient: what indicators are read from."""

from __future__ import annotations

import hashlib
import re
from uuid import uuid4

import msgspec

from caducee.errors import FactInvalid, Finding
from caducee.model.bodies import MedicalSummary, Prescription
from caducee.model.document import Document
from caducee.model.encounter import EncounterMode
from caducee.model.practice import Practitioner
from caducee.outbox.contract import Store, Transaction
from caducee.sharing.fact_kind import FactKind

SUMMARIES = ("SYNTH", "60591-5")
PRIOR_APPROVAL, AT_DISTANCE = "prior_approval", "at_distance"
_OWNER, _PATIENTS = "caducee", "patient_references"


_CODES = {
    FactKind.MADE: r"[A-Za-z0-9_-]+",
    FactKind.SEEN: "PROV|RECUP|VALI|QUAL",
    FactKind.CARE_SHEET: "electronic|paper",
    FactKind.ACT: "distance|present",
    FactKind.ATTENDING: "",
    FactKind.ATTENDING_ENDED: "",
    FactKind.MAIL: "professional|patient",
    FactKind.MAILBOX: "",
    FactKind.OPENING_HOURS: "filled|missing",
}
"""What a host may note, and with which code."""
OF_A_PATIENT = frozenset({FactKind.SEEN, FactKind.ATTENDING, FactKind.ATTENDING_ENDED})
_MAY_BE_NAMED = frozenset({FactKind.CARE_SHEET, FactKind.MAIL})


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. ``reference`` stands for a patient, or for a document, without naming anybody."""

    kind: FactKind
    code: str = ""
    why: str = ""
    reference: str = ""
    document_id: str = ""


def check_fact(kind: FactKind, code: str, *, local_id: str, author: str = "", known: bool = False) -> None:
    """Refuse what a host may not note. ``known`` says that the author is of the configuration.

    Raises:
        FactInvalid: the kernel notes this by itself, the code is not one of its kind, or who it is about is missing.
    """
    wrong = []
    if kind not in _CODES:
        wrong.append(Finding(field="kind", rule="fact.kind", message="Ce fait est noté par le kit lui-même."))
    elif not re.fullmatch(_CODES[kind], code):
        wrong.append(Finding(field="code", rule="fact.code", message="Ce code n'est pas prévu pour ce fait."))
    if kind not in _MAY_BE_NAMED and bool(local_id) != (kind in OF_A_PATIENT or kind is FactKind.MADE):
        message = "Dites de quel dossier, ou de quel document, il s'agit ; sinon laissez vide."
        wrong.append(Finding(field="local_id", rule="fact.about", message=message))
    if author and not (known and kind is FactKind.MADE):
        message = "L'auteur d'un document fait est un professionnel de la configuration ; sinon laissez vide."
        wrong.append(Finding(field="author", rule="fact.author", message=message))
    if wrong:
        raise FactInvalid(tuple(wrong))


async def write(tx: Transaction, fact: Fact) -> None:
    """Write the event of a fact; what it is about is where other events have their delivery."""
    await tx.event(fact.kind, document_id=fact.document_id, delivery_id=fact.reference, why=fact.why, code=fact.code)


async def note(store: Store, tx: Transaction, kind: FactKind, *, code: str = "", local_id: str = "") -> None:
    """Note a fact that a host or a plugin may note. ``local_id``: a patient's record, a document, a mail, a care sheet.

    Raises:
        FactInvalid: nothing was noted.
    """
    check_fact(kind, code, local_id=local_id)
    about = ""
    if local_id:
        of_a_patient = kind in OF_A_PATIENT
        about = await _reference_in(store, tx, local_id) if of_a_patient else document_reference(local_id)
    await write(tx, Fact(kind=kind, code=code, reference=about))


async def patient_reference(store: Store, local_id: str) -> str:
    """Return what stands for a patient in events: random, kept encrypted beside their record's identifier."""
    async with store.transaction() as tx:
        return await _reference_in(store, tx, local_id)


async def _reference_in(store: Store, tx: Transaction, local_id: str) -> str:
    found = await store.get(_OWNER, _PATIENTS, local_id)
    if found is not None:
        return found.decode()
    reference = str(uuid4())
    await tx.put(_OWNER, _PATIENTS, local_id, reference.encode())
    return reference


async def patients_by_reference(store: Store) -> dict[str, str]:
    """Return the practice's own identifier of each patient that events stand for: for the desk, never for an export."""
    return {record.value.decode(): record.key async for record in store.records(_OWNER, _PATIENTS)}


def document_reference(local_id: str) -> str:
    """Return what stands for a document of the practice's software in events."""
    return hashlib.sha256(local_id.encode()).hexdigest()[:32]


def what_they_are(author: Practitioner) -> str:
    """Return the profession (TRE_G15) and the sector (SAxx) of a professional: ``10/SA07``."""
    return f"{author.profession.code}/{author.organisation.sector.code}"


def authored(local_id: str, author: Practitioner, *, document_id: str = "") -> Fact:
    """Return the fact of who made a document: what they are, not who."""
    code = what_they_are(author)
    return Fact(kind=FactKind.AUTHORED, code=code, reference=document_reference(local_id), document_id=document_id)


def published(document: Document, document_id: str, author: Practitioner, *, patient: str = "") -> tuple[Fact, ...]:
    """Return the facts of a publication; ``patient`` is what stands for them, for a summary."""
    by = authored(document.local_id, author, document_id=document_id)
    about = document_reference(document.local_id)
    made = Fact(
        kind=FactKind.PUBLISHED, code=document.type.code, why=_why(document), reference=about, document_id=document_id
    )
    if document.type.code not in SUMMARIES:
        return made, by
    code = "/".join(map(str, coded_entries(document.body))) if isinstance(document.body, MedicalSummary) else ""
    return made, by, Fact(kind=FactKind.SUMMARY, code=code, reference=patient, document_id=document_id)


def _why(document: Document) -> str:
    if needs_prior_approval(document):
        return PRIOR_APPROVAL
    return AT_DISTANCE if document.encounter.mode is EncounterMode.TELECONSULTATION else ""


def needs_prior_approval(document: Document) -> bool:
    """Say whether the health insurance must agree first with something that a document prescribes."""
    body = document.body
    return isinstance(body, Prescription) and any(line.prior_approval for line in (*body.medicines, *body.devices))


def coded_entries(summary: MedicalSummary) -> tuple[int, int]:
    """Return how many entries of a VSM carry a code, and how many there are; a text that stands for a part is one."""
    codes = [
        *(one.code for one in (*summary.problems, *summary.past_history)),
        *(one.code for one in summary.procedures),
        *(one.code for one in summary.allergies),
        *(one.kind for one in summary.habits),
        *(problem.code for one in summary.family_history for problem in one.problems),
        *(one.medicine.code or one.medicine.virtual or one.medicine.atc for one in summary.treatments),
    ]
    texts = (summary.history_text, summary.risks_text, summary.treatments_text, summary.occupational_risks)
    plain = sum(bool(text.strip()) for text in texts)
    return sum(code is not None for code in codes), len(codes) + plain
