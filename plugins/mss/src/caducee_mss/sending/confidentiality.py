"""Which audience a document's confidentiality allows (emission volet, table MetaDMPMSS)."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.errors import Finding
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee_mss.sending.destination import Correspondent, PatientMail

MASKED = "MASQUE_PS"
HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
HIDDEN_FROM_GUARDIANS = "INVISIBLE_REPRESENTANTS_LEGAUX"
_DMP = "dmp"
_SOURCE = "CI-SIS, émission de documents CDA, table MetaDMPMSS"


def misfits(document: Document, destination: Destination, asked: tuple[Destination, ...]) -> Iterator[Finding]:
    """Yield what forbids this destination, given all that were asked for.

    The published table allows: professionals and patient when nothing is masked; professionals alone when hidden
    from the patient; the patient alone, without the DMP, when masked or hidden from the guardians. Professionals alone
    with nothing masked is taken as allowed: the table orders a platform that writes to the patient by default
    (assumed).
    """
    code = document.confidentiality
    if isinstance(destination, Correspondent) and code in (MASKED, HIDDEN_FROM_GUARDIANS):
        yield _finding(destination, "Un document masqué ne part pas par messagerie vers un professionnel.")
    if isinstance(destination, PatientMail) and code == HIDDEN_FROM_PATIENT:
        yield _finding(destination, "Un document non visible par le patient ne lui est pas envoyé par messagerie.")
    masked = code in (MASKED, HIDDEN_FROM_GUARDIANS) and any(other.kind == _DMP for other in asked)
    if isinstance(destination, PatientMail) and masked:
        yield _finding(destination, "Un document masqué envoyé au patient par messagerie ne va pas au DMP.")


def _finding(destination: Destination, message: str) -> Finding:
    return Finding(field=f"audience.{destination.kind}", rule="mss.confidentiality", message=message, source=_SOURCE)
