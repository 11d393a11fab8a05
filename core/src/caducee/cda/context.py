"""What surrounds a document, from the model to the header. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.cda.header import (
    Context,
    Participant,
    Period,
    Person,
    Place,
    Recipient,
    RelatedPerson,
    Replaced,
    Secretary,
)
from caducee.cda.oids import ACT_CODE, PRODUCER, STRUCTURE
from caducee.cda.people import coded, lines, nfc, organisation, person, professional
from caducee.model.document import Document
from caducee.model.encounter import Encounter, EncounterMode, People, Relative
from caducee.model.practice import Practitioner
from caducee.rendering.datatypes import CD, II

_MODES = {
    EncounterMode.ON_SITE: CD("AMB", ACT_CODE, "Ambulatoire (hors établissement)"),
    EncounterMode.HOME_VISIT: CD("HH", ACT_CODE, "Soins à domicile (hors établissement)"),
    EncounterMode.TELECONSULTATION: CD("VR", ACT_CODE, "Virtuelle (exemple : RCP en l'absence du patient)"),
    EncounterMode.TELE_EXPERTISE: CD("VR", ACT_CODE, "Virtuelle (exemple : RCP en l'absence du patient)"),
}
_TREATING = CD("PCP", "2.16.840.1.113883.5.88", "Médecin traitant")
_SECRETARIAT = CD("SECRETARIAT_MEDICAL", PRODUCER, "Secrétariat médical")


def context(document: Document, author: Practitioner, oid_root: str) -> Context:
    """Return who and what is around a document."""
    people, encounter = document.people, document.encounter
    treating = people.treating_doctor
    return Context(
        author_function=_TREATING if treating is not None and treating.identifier == author.identifier else None,
        co_authors=tuple(map(professional, people.co_authors)),
        secretary=_secretary(document, oid_root),
        relatives=tuple(map(_relative, people.relatives)),
        custodian=organisation(people.custodian) if people.custodian else None,
        recipients=tuple(Recipient(professional(one)) for one in people.recipients),
        authenticator=professional(people.authenticator) if people.authenticator else None,
        participants=tuple(_participants(people)),
        act=coded(document.act) if document.act else None,
        replaced=_replaced(document),
        encounter_ids=(II(oid_root, encounter.identifier),) if encounter.identifier else (),
        encounter=coded(encounter.code) if encounter.code else _MODES[encounter.mode],
        stay=Period(encounter.start, encounter.stop) if encounter.start else None,
        place=_place(encounter),
    )


def _participants(people: People) -> Iterator[Participant]:
    if people.treating_doctor is not None:
        yield Participant("INF", _TREATING, None, professional(people.treating_doctor))
    if people.replaced is not None:
        yield Participant("RESP", None, None, professional(people.replaced))
    for one in people.correspondents:
        function = coded(one.function) if one.function else None
        yield Participant(one.kind, function, one.since, professional(one.practitioner))


def _relative(one: Relative) -> RelatedPerson:
    return RelatedPerson(one.role.value, coded(one.link) if one.link else None, person(one))


def _secretary(document: Document, oid_root: str) -> Secretary | None:
    known = document.people.secretary
    if known is None:
        return None
    name = Person(nfc(known.family_name), nfc(known.given_name) or None)
    return Secretary(II(oid_root, known.identifier), known.time or document.created, _SECRETARIAT, name)


def _replaced(document: Document) -> Replaced | None:
    before = document.replaces
    return Replaced(II(before.document_id), II(before.series), before.version) if before else None


def _place(encounter: Encounter) -> Place | None:
    where = encounter.place
    if where is None:
        return None
    return Place(II(STRUCTURE, where.identifier), coded(where.sector), nfc(where.name), lines(where.address))
