"""Where the documents of a mail would be filed, and why. Pure: nothing is filed, nothing is sent (MSSanté, 4.3)."""

from __future__ import annotations

from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.model.nir import is_matricule
from caducee.model.patient import Patient
from caducee_mss.reading.known import Filed, PatientIndex
from caducee_mss.reading.mail import Mail, MailKind, ReceivedDocument
from caducee_mss.reading.matching import agrees, birth_date, differing, missing
from caducee_mss.reading.proposal import Candidate, Filing, Outcome, Proposal, Reason
from caducee_mss.reading.versions import author_may_change, replaced_by
from caducee_mss.realm import INS_OIDS, oids_of
from caducee_mss.receiving.receipt_codes import ReceiptCode

_MOST_CANDIDATES = 20


def propose(mail: Mail, *, known: PatientIndex, environment: Environment) -> Proposal:
    """Return where each document would go.

    A record is found by the INS, matricule and OID together, and kept only when its traits are those of the document
    and its own identity is qualified. A name alone never files anything; nor does anything that comes from a patient or
    from outside the trusted space.
    """
    made = tuple(_Document(at, one, known, environment).filing() for at, one in enumerate(mail.documents))
    if mail.kind is not MailKind.PROFESSIONAL:
        stranger = Reason("mail.sender", "Le message ne vient pas d'un professionnel de l'espace de confiance.")
        made = tuple(_asked(one, stranger) for one in made)
    patients = {_patient_of(one) for one in mail.documents if one.read is not None}
    if len(patients) > 1:
        two = Reason("mail.two_patients", "Le message contient les documents de plusieurs patients.")
        made = tuple(_asked(one, two) for one in made)
    return Proposal(documents=_once(made, mail.documents))


def _asked(one: Filing, reason: Reason) -> Filing:
    """Leave to a person what was to be done alone."""
    if one.outcome not in (Outcome.FILE, Outcome.REPLACEMENT, Outcome.DELETION):
        return one
    candidate = Candidate(one.local_id, (reason,))
    return Filing(
        document=one.document,
        outcome=Outcome.PERSON,
        reasons=(reason,),
        candidates=(candidate,),
        replaces=one.replaces,
        receipt=ReceiptCode.OTHER,
    )


def _once(made: tuple[Filing, ...], documents: tuple[ReceivedDocument, ...]) -> tuple[Filing, ...]:
    """The same bytes a second time in one mail (in an archive and alone) are no second document."""
    first: dict[str, int] = {}
    kept = []
    for one, document in zip(made, documents, strict=True):
        if first.setdefault(document.sha1, one.document) == one.document:
            kept.append(one)
            continue
        reason = Reason("document.twice", "Ce document est deux fois dans le message.")
        kept.append(Filing(document=one.document, outcome=Outcome.DUPLICATE, reasons=(reason,), local_id=one.local_id))
    return tuple(kept)


def _identifiers(document: ReceivedDocument) -> set[tuple[str, str]]:
    """The INS that a document holds: matricule and OID."""
    held = document.read.header.patient.identifiers if document.read else ()
    pairs = (one.partition("^") for one in held)
    return {(extension, root) for root, _, extension in pairs if root in INS_OIDS and extension}


def _patient_of(document: ReceivedDocument) -> tuple[object, ...]:
    held = _identifiers(document)
    if held:
        return tuple(sorted(held))
    return () if document.read is None else (document.read.header.patient.identifiers,)


class _Document:
    """The way of one document: the first thing that stands against it decides."""

    def __init__(self, at: int, document: ReceivedDocument, known: PatientIndex, environment: Environment) -> None:
        self._at = at
        self._document = document
        self._known = known
        self._environment = environment

    def filing(self) -> Filing:
        if self._document.read is None:
            return self._person("document.unreadable", "Le document n'est pas lisible.", ReceiptCode.OTHER)
        identifier = self._document.read.document_id
        filed = self._known.filed(identifier) if identifier else None
        if self._document.action == "D":
            return self._doubted() or self._deletion(filed)
        if filed is not None:
            return self._again(filed)
        return self._doubted() or self._identified()

    def _again(self, filed: Filed) -> Filing:
        if filed.sha1 == self._document.sha1:
            reason = Reason("document.duplicate", "Ce document est déjà intégré.")
            return self._made(Outcome.DUPLICATE, reason, local_id=filed.local_id)
        said = "Un autre contenu porte l'identifiant d'un document déjà intégré."
        return self._person("document.same_identifier", said, ReceiptCode.OTHER, self._candidate(filed.local_id))

    def _deletion(self, filed: Filed | None) -> Filing:
        if filed is None:
            said = "La suppression demandée vise un document qui n'est pas connu ici."
            return self._made(Outcome.REFUSE, Reason("version.unknown", said), receipt=ReceiptCode.NOT_THE_LATEST)
        refused = self._version_refused(filed)
        if refused is not None:
            return refused
        reason = Reason("document.deletion", "L'auteur demande que ce document soit supprimé.")
        return self._made(Outcome.DELETION, reason, local_id=filed.local_id)

    def _version_refused(self, filed: Filed) -> Filing | None:
        if not author_may_change(self._document, filed):
            said = "Ce document n'est ni de l'auteur ni de l'organisation de celui qu'il remplace ou supprime."
            return self._made(Outcome.REFUSE, Reason("version.author", said), receipt=ReceiptCode.AUTHOR_NOT_ALLOWED)
        if not filed.is_latest:
            said = "La version visée n'est pas la dernière connue ici."
            candidate = self._candidate(filed.local_id)
            return self._person("version.not_latest", said, ReceiptCode.NOT_THE_LATEST, candidate)
        return None

    def _doubted(self) -> Filing | None:
        """What came is not what was sent, or not all of it: a person looks."""
        document, read = self._document, self._document.read
        doubts = tuple(Reason(one.code, one.message) for one in document.doubts)
        claimed = document.entry.traits if document.entry else None
        if (
            read is not None
            and read.header.patient.birth_name
            and claimed is not None
            and not agrees(read.header.patient, claimed)
        ):
            said = "Les métadonnées et le document ne nomment pas le même patient."
            doubts = (*doubts, Reason("patient.metadata", said))
        if read is not None and any(one.code == "header.patients" for one in read.warnings):
            doubts = (*doubts, Reason("patient.several", "Le document parle de plusieurs patients."))
        if not doubts:
            return None
        return self._made(Outcome.PERSON, *doubts, candidates=self._by_ins(), receipt=ReceiptCode.OTHER)

    def _identified(self) -> Filing:
        held = _identifiers(self._document)
        if not held:
            said = "Le document ne porte pas d'INS."
            return self._person("patient.no_ins", said, ReceiptCode.NO_INS, *self._by_traits())
        if len(held) > 1:
            said = "Le document porte plusieurs INS."
            return self._person("patient.several_ins", said, ReceiptCode.OTHER, *self._by_traits())
        matricule, oid = next(iter(held))
        if oid not in oids_of(self._environment):
            said = "L'INS du document vient d'un autre environnement (test ou production)."
            return self._made(Outcome.REFUSE, Reason("patient.realm", said), receipt=ReceiptCode.OTHER)
        if not is_matricule(matricule):
            said = "Le matricule du document n'en est pas un (clé de contrôle)."
            return self._person("patient.matricule", said, ReceiptCode.MISMATCH, *self._by_traits())
        claimed = self._document.patient
        if claimed is not None and (claimed.identifier, claimed.oid) != (matricule, oid):
            said = "L'identifiant du patient dans les métadonnées n'est pas celui du document."
            return self._person("patient.metadata_id", said, ReceiptCode.OTHER, *self._by_ins())
        return self._matched(tuple(self._known.with_ins(matricule, oid)))

    def _matched(self, found: tuple[Patient, ...]) -> Filing:
        assert self._document.read is not None
        patient = self._document.read.header.patient
        if lacking := missing(patient):
            said = f"Il manque des traits d'identité dans le document : {', '.join(lacking)}."
            return self._person("patient.traits_missing", said, ReceiptCode.TRAITS_MISSING, *self._by_ins())
        if not found:
            said = "Ce patient n'est pas connu ici sous cet INS."
            return self._person("patient.unknown", said, ReceiptCode.PATIENT_UNKNOWN, *self._by_traits())
        if len(found) > 1:
            said = "Plusieurs dossiers portent cet INS."
            return self._person("patient.records", said, ReceiptCode.OTHER, *map(self._weighed, found))
        against = self._weighed(found[0])
        if against.reasons:
            mismatch = any(one.code == "patient.traits" for one in against.reasons)
            code = ReceiptCode.MISMATCH if mismatch else ReceiptCode.OTHER
            return self._made(Outcome.PERSON, *against.reasons, candidates=(against,), receipt=code)
        return self._versioned(found[0])

    def _versioned(self, patient: Patient) -> Filing:
        reason = Reason(
            "patient.matched", "INS et traits identiques à ceux d'un dossier dont l'identité est qualifiée."
        )
        targets = replaced_by(self._document)
        known = [filed for one in targets if (filed := self._known.filed(one)) is not None]
        if not known:
            more = (Reason("version.first_here", "La version précédente n'est pas connue ici."),) if targets else ()
            return self._made(Outcome.FILE, reason, *more, local_id=patient.local_id)
        refused = self._version_refused(known[0])
        if refused is not None:
            return refused
        if known[0].local_id != patient.local_id:
            said = "La version précédente est dans le dossier d'un autre patient."
            return self._person("version.other_record", said, ReceiptCode.OTHER, self._candidate(patient.local_id))
        return self._made(Outcome.REPLACEMENT, reason, local_id=patient.local_id, replaces=known[0].document_id)

    def _weighed(self, patient: Patient) -> Candidate:
        """A record and all that stands against it."""
        assert self._document.read is not None
        reasons = []
        if against := differing(self._document.read.header.patient, patient.traits):
            reasons.append(Reason("patient.traits", f"Traits différents : {', '.join(against)}."))
        if patient.status is not InsStatus.QUALIFIED:
            reasons.append(Reason("patient.not_qualified", "L'identité du dossier n'est pas qualifiée."))
        if patient.ins is not None and patient.ins.environment is not self._environment:
            reasons.append(Reason("patient.record_realm", "L'identité du dossier vient d'un autre environnement."))
        return Candidate(patient.local_id, tuple(reasons))

    def _by_ins(self) -> tuple[Candidate, ...]:
        allowed = oids_of(self._environment)
        found = [
            one
            for matricule, oid in sorted(_identifiers(self._document))
            if oid in allowed
            for one in self._known.with_ins(matricule, oid)
        ]
        return tuple(map(self._weighed, found[:_MOST_CANDIDATES])) or self._by_traits()

    def _by_traits(self) -> tuple[Candidate, ...]:
        assert self._document.read is not None
        patient = self._document.read.header.patient
        if not patient.birth_name or not birth_date(patient):
            return ()
        found = self._known.with_traits(patient.birth_name, birth_date(patient))
        return tuple(map(self._weighed, found[:_MOST_CANDIDATES]))

    def _candidate(self, local_id: str) -> Candidate:
        return Candidate(local_id, ())

    def _person(self, code: str, sentence: str, receipt: ReceiptCode, *candidates: Candidate) -> Filing:
        return self._made(Outcome.PERSON, Reason(code, sentence), candidates=candidates, receipt=receipt)

    def _made(
        self,
        outcome: Outcome,
        *reasons: Reason,
        local_id: str = "",
        candidates: tuple[Candidate, ...] = (),
        replaces: str = "",
        receipt: ReceiptCode | None = None,
    ) -> Filing:
        return Filing(
            document=self._at,
            outcome=outcome,
            reasons=reasons,
            local_id=local_id,
            candidates=candidates,
            replaces=replaces,
            receipt=receipt,
        )
