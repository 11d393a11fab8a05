from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec
import pytest

from caducee.model.document import Version
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Ins, InsStatus, Sex
from caducee.model.patient import Patient
from caducee.testing.letters import AUTHOR, PATIENT
from caducee_mss.message import SealedDocument, compose
from caducee_mss.reading import Filed, Filing, Outcome, Proposal, propose, read_mail
from caducee_mss.receiving.receipt_codes import ReceiptCode
from plugins.mss.tests.letters import OID_ROOT, UNQUALIFIED, Index, outgoing, sealed, sent
from plugins.mss.tests.written import file, mail, packed, unpacked

OTHER = msgspec.structs.replace(
    PATIENT,
    local_id="DOSSIER-2",
    ins=Ins(matricule="280036399900174", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
FILED = Filed(
    document_id=f"{OID_ROOT}.1.1",
    local_id=PATIENT.local_id,
    sha1=sealed(1).entry.sha1,
    authors=(AUTHOR.identifier,),
    organisations=("autre",),
)
NEXT = sealed(2, replaces=Version(document_id=f"{OID_ROOT}.1.1", series=f"{OID_ROOT}.2.1", version=1))


def proposed(content: bytes, *patients: Patient, filed: tuple[Filed, ...] = (), **more: Environment) -> Proposal:
    known = Index(*patients, filed=filed)
    return propose(read_mail(content), known=known, environment=more.get("environment", Environment.SANDBOX))


def filing(content: bytes, *patients: Patient, filed: tuple[Filed, ...] = (), **more: Environment) -> Filing:
    (one,) = proposed(content, *patients, filed=filed, **more).documents
    return one


def codes(one: Filing) -> list[str]:
    return [reason.code for reason in one.reasons]


def traits(**changed: object) -> Patient:
    return msgspec.structs.replace(PATIENT, traits=msgspec.structs.replace(PATIENT.traits, **changed))


def changed(change: Callable[[bytes], bytes], document: SealedDocument | None = None) -> bytes:
    """The CDA of a letter, changed, attached alone."""
    return mail(file(change((document or sealed()).cda), b"text/xml"))


def in_metadata(change: Callable[[bytes], bytes], document: SealedDocument) -> bytes:
    archive = outgoing(document).archive
    assert archive is not None
    files = unpacked(archive)
    name = "IHE_XDM/SUBSET01/METADATA.XML"
    return mail(file(packed({**files, name: change(files[name])})))


def action(letter: bytes) -> Callable[[bytes], bytes]:
    slot = b'<Slot name="action"><ValueList><Value>' + letter + b"</Value></ValueList></Slot>"
    return lambda one: one.replace(b'<Slot name="creationTime">', slot + b'<Slot name="creationTime">')


@pytest.mark.requirement("MSS-FILING")
def test_the_same_ins_and_traits_in_a_qualified_record_are_filed() -> None:
    one = filing(sent(), PATIENT, OTHER)
    assert (one.outcome, one.local_id, one.receipt) == (Outcome.FILE, PATIENT.local_id, None)


def test_case_accents_and_hyphens_do_not_part_a_patient_from_a_record() -> None:
    same = traits(birth_name="Nessi Canari", given_names=("Jeanne-canari", "Zoé"))
    assert filing(sent(), same).outcome is Outcome.FILE


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (traits(birth_name="NESSI"), "nom de naissance"),
        (traits(given_names=("JEANNE",)), "prénoms"),
        (traits(birth_date="1975-03-13"), "date de naissance"),
        (traits(sex=Sex.MALE), "sexe"),
        (traits(birth_place="75056"), "lieu de naissance"),
    ],
)
def test_one_trait_that_differs_asks_a_person_and_says_which(record: Patient, named: str) -> None:
    one = filing(sent(), record)
    assert (one.outcome, one.receipt, one.local_id) == (Outcome.PERSON, ReceiptCode.MISMATCH, "")
    assert codes(one) == ["patient.traits"]
    assert named in one.reasons[0].sentence
    assert [candidate.local_id for candidate in one.candidates] == [record.local_id]


@pytest.mark.requirement("MSS-FILING")
def test_a_name_alone_files_nothing() -> None:
    same_name = msgspec.structs.replace(PATIENT, ins=None)
    one = filing(sent(), same_name)
    assert (one.outcome, one.receipt) == (Outcome.PERSON, ReceiptCode.PATIENT_UNKNOWN)
    assert [candidate.local_id for candidate in one.candidates] == [PATIENT.local_id]


def test_the_matricule_under_another_oid_is_another_patient() -> None:
    assert PATIENT.ins is not None
    same = msgspec.structs.replace(PATIENT, ins=msgspec.structs.replace(PATIENT.ins, oid=INS_NIR))
    assert filing(sent(), same).receipt is ReceiptCode.PATIENT_UNKNOWN


@pytest.mark.parametrize("status", [one for one in InsStatus if one is not InsStatus.QUALIFIED])
@pytest.mark.requirement("MSS-FILING")
def test_a_record_whose_identity_is_not_qualified_asks_a_person(status: InsStatus) -> None:
    one = filing(sent(), msgspec.structs.replace(PATIENT, status=status))
    assert (one.outcome, codes(one), one.receipt) == (Outcome.PERSON, ["patient.not_qualified"], ReceiptCode.OTHER)


def test_two_records_under_one_ins_ask_a_person() -> None:
    one = filing(sent(), PATIENT, msgspec.structs.replace(PATIENT, local_id="DOUBLON"))
    assert (one.outcome, len(one.candidates)) == (Outcome.PERSON, 2)


def test_a_test_identity_is_refused_in_production_and_a_real_one_in_test() -> None:
    assert codes(filing(sent(), PATIENT, environment=Environment.PRODUCTION)) == ["patient.realm"]
    real = changed(lambda one: one.replace(INS_NIR_TEST.encode(), INS_NIR.encode()))
    assert filing(real, PATIENT).outcome is Outcome.REFUSE
    assert filing(real, environment=Environment.PRODUCTION).receipt is ReceiptCode.PATIENT_UNKNOWN


def test_a_document_without_an_ins_is_for_a_person() -> None:
    one = filing(sent(sealed(2, patient=UNQUALIFIED)), PATIENT)
    assert (one.outcome, one.receipt) == (Outcome.PERSON, ReceiptCode.NO_INS)


def test_a_matricule_with_a_wrong_key_is_for_a_person() -> None:
    one = filing(changed(lambda one: one.replace(b"275036399900106", b"275036399900107")), PATIENT)
    assert (codes(one), one.receipt) == (["patient.matricule"], ReceiptCode.MISMATCH)


def test_missing_traits_are_for_a_person() -> None:
    one = filing(changed(lambda one: one.replace(b'value="19750312"', b'nullFlavor="UNK"')), PATIENT)
    assert (codes(one), one.receipt) == (["patient.traits_missing"], ReceiptCode.TRAITS_MISSING)
    assert "date de naissance" in one.reasons[0].sentence


def test_metadata_that_name_another_patient_are_for_a_person() -> None:
    one = filing(in_metadata(lambda one: one.replace(b"275036399900106", b"280036399900174"), sealed()), PATIENT, OTHER)
    assert (one.outcome, codes(one), one.receipt) == (Outcome.PERSON, ["patient.metadata_id"], ReceiptCode.OTHER)
    one = filing(in_metadata(lambda one: one.replace(b"NESSI-CANARI", b"AUTRE"), sealed()), PATIENT)
    assert codes(one) == ["patient.metadata"]


def test_a_document_that_is_not_what_was_announced_is_for_a_person() -> None:
    one = filing(in_metadata(lambda one: one.replace(sealed().entry.sha1.encode(), b"0" * 40), sealed()), PATIENT)
    assert (one.outcome, codes(one), one.local_id) == (Outcome.PERSON, ["xdm.hash"], "")
    assert [candidate.local_id for candidate in one.candidates] == [PATIENT.local_id]


def test_a_mail_about_two_patients_is_for_a_person() -> None:
    other = sealed(2, patient=OTHER)
    made = proposed(mail(file(sealed().cda, b"text/xml"), file(other.cda, b"text/xml")), PATIENT, OTHER)
    assert [one.outcome for one in made.documents] == [Outcome.PERSON, Outcome.PERSON]
    assert made.receipt is ReceiptCode.OTHER


@pytest.mark.parametrize("sender", [b"275036399900106@patient.mssante.fr", b"a@exemple.fr"])
def test_what_no_professional_sent_is_for_a_person(sender: bytes) -> None:
    one = filing(sent().replace(b"camille.roux@cabinet.mssante.fr", sender), PATIENT)
    assert (one.outcome, codes(one), one.local_id) == (Outcome.PERSON, ["mail.sender"], "")
    assert [candidate.local_id for candidate in one.candidates] == [PATIENT.local_id]


def test_two_documents_of_one_patient_are_filed_together() -> None:
    made = proposed(sent(sealed(1), sealed(2)), PATIENT)
    assert [one.outcome for one in made.documents] == [Outcome.FILE, Outcome.FILE]
    assert made.receipt is None


def test_the_same_document_twice_in_a_mail_is_filed_once() -> None:
    made = proposed(mail(file(sealed().cda, b"text/xml"), file(sealed().cda, b"text/xml")), PATIENT)
    assert [one.outcome for one in made.documents] == [Outcome.FILE, Outcome.DUPLICATE]


def test_a_document_that_is_there_already_is_a_duplicate() -> None:
    one = filing(sent(), PATIENT, filed=(FILED,))
    assert (one.outcome, one.local_id, one.receipt) == (Outcome.DUPLICATE, PATIENT.local_id, None)


def test_another_content_under_a_known_identifier_is_for_a_person() -> None:
    one = filing(sent(), PATIENT, filed=(msgspec.structs.replace(FILED, sha1="0" * 40),))
    assert (one.outcome, codes(one)) == (Outcome.PERSON, ["document.same_identifier"])


def test_the_next_version_replaces_the_one_before() -> None:
    one = filing(sent(NEXT), PATIENT, filed=(FILED,))
    assert (one.outcome, one.replaces, one.local_id) == (Outcome.REPLACEMENT, FILED.document_id, PATIENT.local_id)


def test_the_next_version_of_a_document_that_never_came_is_filed() -> None:
    one = filing(sent(NEXT), PATIENT)
    assert (one.outcome, codes(one)) == (Outcome.FILE, ["patient.matched", "version.first_here"])


def test_a_replacement_of_an_older_version_is_for_a_person() -> None:
    one = filing(sent(NEXT), PATIENT, filed=(msgspec.structs.replace(FILED, is_latest=False),))
    assert (one.outcome, one.receipt) == (Outcome.PERSON, ReceiptCode.NOT_THE_LATEST)


def test_a_replacement_by_somebody_else_is_refused_and_by_the_same_organisation_is_not() -> None:
    stranger = msgspec.structs.replace(FILED, authors=("autre",))
    one = filing(sent(NEXT), PATIENT, filed=(stranger,))
    assert (one.outcome, one.receipt) == (Outcome.REFUSE, ReceiptCode.AUTHOR_NOT_ALLOWED)
    colleague = msgspec.structs.replace(stranger, organisations=(AUTHOR.organisation.identifier,))
    assert filing(sent(NEXT), PATIENT, filed=(colleague,)).outcome is Outcome.REPLACEMENT


def test_a_replacement_in_the_record_of_another_patient_is_for_a_person() -> None:
    one = filing(sent(NEXT), PATIENT, filed=(msgspec.structs.replace(FILED, local_id="AUTRE"),))
    assert (one.outcome, codes(one)) == (Outcome.PERSON, ["version.other_record"])


def test_a_replacement_still_needs_the_right_patient() -> None:
    assert filing(sent(NEXT), traits(birth_name="AUTRE"), filed=(FILED,)).outcome is Outcome.PERSON


def test_a_deletion_is_asked_by_the_author_only_and_done_by_a_person() -> None:
    content = in_metadata(action(b"D"), sealed())
    assert filing(content, PATIENT, filed=(FILED,)).outcome is Outcome.DELETION
    stranger = msgspec.structs.replace(FILED, authors=("autre",))
    assert filing(content, PATIENT, filed=(stranger,)).receipt is ReceiptCode.AUTHOR_NOT_ALLOWED
    unknown = filing(content, PATIENT)
    assert (unknown.outcome, unknown.receipt) == (Outcome.REFUSE, ReceiptCode.NOT_THE_LATEST)


def test_a_deletion_that_no_professional_asked_or_that_came_damaged_is_for_a_person() -> None:
    content = in_metadata(action(b"D"), sealed())
    stranger = content.replace(b"a@cabinet.mssante.fr", b"a@exemple.fr")
    damaged = in_metadata(lambda one: action(b"D")(one).replace(sealed().entry.sha1.encode(), b"0" * 40), sealed())
    for mail_ in (stranger, damaged):
        assert filing(mail_, PATIENT, filed=(FILED,)).outcome is Outcome.PERSON


def test_a_change_said_by_metadata_alone_replaces_what_the_document_relates_to() -> None:
    content = NEXT.cda.replace(b'typeCode="RPLC"', b'typeCode="APND"')
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    related = SealedDocument(cda=content, entry=msgspec.structs.replace(NEXT.entry, sha1=sha1))
    assert filing(sent(related), PATIENT, filed=(FILED,)).outcome is Outcome.FILE
    assert filing(in_metadata(action(b"C"), related), PATIENT, filed=(FILED,)).outcome is Outcome.REPLACEMENT


def test_a_document_that_cannot_be_read_is_for_a_person() -> None:
    assert codes(filing(changed(lambda one: one[:-5]), PATIENT)) == ["document.unreadable"]


def test_a_mail_without_a_document_proposes_nothing() -> None:
    made = proposed(compose(msgspec.structs.replace(outgoing(), documents=(), archive=None, ins_is_qualified=False)))
    assert made.documents == ()
    assert made.receipt is None
