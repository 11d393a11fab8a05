"""What may not leave by mail, said at the desk. What waits for an identity is not a finding."""

from __future__ import annotations

from caducee.errors import Finding
from caducee.hooks import Facts
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.model.nir import is_matricule
from caducee_mss.message.address import is_address
from caducee_mss.sending.confidentiality import misfits
from caducee_mss.sending.destination import Correspondent, PlainMail


def findings(document: Document, destination: Destination, facts: Facts) -> list[Finding]:
    """Return what keeps this document from this destination, all at once."""
    found = list(misfits(document, destination, facts.destinations))
    field = f"audience.{destination.kind}"
    if isinstance(destination, PlainMail):
        message = "Un document se publie vers un correspondant ou vers le patient."
        found.append(Finding(field=field, rule="mss.not_for_documents", message=message))
    if isinstance(destination, Correspondent) and not is_address(destination.address.strip()):
        message = "L'adresse du correspondant n'est pas une adresse de messagerie."
        found.append(Finding(field=f"{field}.address", rule="mss.address", message=message, source="RFC 5322"))
    if isinstance(destination, Correspondent) and _is_a_patient_s(destination.address):
        message = "Cette adresse est celle d'un patient : demandez PatientMail(), qui la tire de son INS qualifiée."
        found.append(
            Finding(field=f"{field}.address", rule="mss.patient", message=message, source="MSSanté, ECO.2.2.6")
        )
    for name in ("name", "text") if isinstance(destination, Correspondent) else ("text",):
        text = getattr(destination, name, "")
        if any(not one.isprintable() and one not in "\n\r\t" for one in text) or (name == "name" and "\n" in text):
            message = "Ce texte contient un caractère de contrôle."
            found.append(Finding(field=f"{field}.{name}", rule="mss.text", message=message, source="RFC 5322"))
    return found


def _is_a_patient_s(address: str) -> bool:
    local, _, domain = address.strip().partition("@")
    return domain.lower().startswith("patient.") and is_matricule(local.upper())
