"""What the practice knows of a received mail's patients and documents, looked up before a proposal is made."""

from __future__ import annotations

from collections.abc import Sequence

import anyio.to_thread
import msgspec

from caducee.contracts.patients import PATIENT_INDEX
from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction, State
from caducee.errors import CapabilityMissing
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee_mss.reading import Filed, Mail, Proposal, ReceivedDocument, propose
from caducee_mss.reading.matching import birth_date
from caducee_mss.reading.versions import authors_of, organisations_of, replaced_by

_COLLECTION = "filed"
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


class _Known:
    """What was looked up for one mail: the ``PatientIndex`` that a proposal is made from."""

    def __init__(self) -> None:
        self.by_ins: dict[tuple[str, str], tuple[Patient, ...]] = {}
        self.by_traits: dict[tuple[str, str], tuple[Patient, ...]] = {}
        self.documents: dict[str, Filed] = {}

    def with_ins(self, matricule: str, oid: str) -> Sequence[Patient]:
        return self.by_ins.get((matricule, oid), ())

    def with_traits(self, birth_name: str, birth_date: str) -> Sequence[Patient]:
        return self.by_traits.get((birth_name, birth_date), ())

    def filed(self, document_id: str) -> Filed | None:
        return self.documents.get(document_id)


async def proposal(context: PluginContext, mail: Mail) -> Proposal:
    """Return where each document of a mail would be filed, from what the practice knows now.

    Without the practice's records (``serve_patients``) every document waits for a person.
    """
    known = _Known()
    for document in mail.documents:
        await _look_up(context, document, known)
    return await anyio.to_thread.run_sync(lambda: propose(mail, known=known, environment=context.environment))


async def note_filed(tx: PluginTransaction, state: State, mail: Mail, *, local_id: str) -> None:
    """Note the documents of a mail as filed in a record; the versions they replace are no longer the latest."""
    for document in mail.documents:
        if document.read is None or not document.read.document_id:
            continue
        filed = Filed(
            document_id=document.read.document_id,
            local_id=local_id,
            sha1=document.sha1,
            authors=authors_of(document),
            organisations=organisations_of(document),
        )
        await tx.put(_COLLECTION, filed.document_id, msgspec.json.encode(filed))
        for before in replaced_by(document):
            known = await _filed(state, before)
            if known is not None:
                older = msgspec.structs.replace(known, is_latest=False)
                await tx.put(_COLLECTION, before, msgspec.json.encode(older))


async def _look_up(context: PluginContext, document: ReceivedDocument, known: _Known) -> None:
    if document.read is None:
        return
    for identifier in (document.read.document_id, *replaced_by(document)):
        filed = await _filed(context.state, identifier) if identifier else None
        if filed is not None:
            known.documents[identifier] = filed
    try:
        async with context.use(PATIENT_INDEX) as index:
            patient = document.read.header.patient
            for held in patient.identifiers:
                oid, _, matricule = held.partition("^")
                if matricule:
                    known.by_ins[matricule, oid] = await index.by_ins(matricule, oid)
            key = (patient.birth_name, birth_date(patient))
            if all(key):
                known.by_traits[key] = await index.by_traits(_traits(document))
    except CapabilityMissing:
        return


def _traits(document: ReceivedDocument) -> Traits:
    assert document.read is not None
    patient = document.read.header.patient
    given = tuple((patient.given_names or patient.first_given_name).split())
    return Traits(
        birth_name=patient.birth_name,
        given_names=given,
        sex=_SEXES.get(patient.sex.code if patient.sex else "", Sex.INDETERMINATE),
        birth_date=birth_date(patient),
        birth_place=patient.birth_place or None,
    )


async def _filed(state: State, document_id: str) -> Filed | None:
    value = await state.get(_COLLECTION, document_id)
    return msgspec.json.decode(value, type=Filed) if value is not None else None
