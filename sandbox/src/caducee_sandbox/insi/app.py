"""The appli carte Vitale: the requests are known; ASSUMED: the answer, and what a phone shows.

Here a QR code is ``ESSAI:`` and the matricule of one of the sandbox's people.
"""

from __future__ import annotations

from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.insi.answers import message
from caducee_sandbox.insi.errors import field
from caducee_sandbox.namespaces import APCV
from caducee_sandbox.people import BY_INS, TEST_OID
from caducee_sandbox.xml import Element, name, text

SHOWN = "ESSAI:"


class Contexts:
    """The contexts that are open."""

    def __init__(self) -> None:
        self.open: set[str] = set()

    def create(self, root: Element) -> bytes:
        """Open a context for who shows this code.

        Raises:
            Refused: the caller or the code is not told.
        """
        billing = root.find(f"{name(APCV, 'ProfessionnelSante')}/{name(APCV, 'IdentifiantFacturation')}")
        data = text(root.find(name(APCV, "Donnees")))
        patient = BY_INS.get(data.removeprefix(SHOWN)) if data.startswith(SHOWN) else None
        if not text(billing) or patient is None or root.get("version") != "1.0":
            raise field("apcv_10", "IdentifiantFacturation ou Donnees incorrects")
        identifier = uuid4().hex
        self.open.add(identifier)
        return message(
            f"<AuthentifierUtilisateurProximiteRep xmlns={quoteattr(APCV)}><ContexteApCV>"
            f"<Identifiant>{identifier}</Identifiant><TokenApCV>{identifier}</TokenApCV>"
            "<DateFinValidite>20991231235959</DateFinValidite></ContexteApCV><Beneficiaire>"
            f"<INS><Matricule>{patient.ins}</Matricule><OID>{TEST_OID}</OID></INS>"
            f"<NomNaissance>{escape(patient.name)}</NomNaissance><ListePrenom>{patient.given_names}</ListePrenom>"
            f"<Sexe>{patient.sex}</Sexe><DateNaissance>{patient.birth}</DateNaissance>"
            f"<LieuNaissance>{patient.place}</LieuNaissance></Beneficiaire></AuthentifierUtilisateurProximiteRep>"
        )

    def destroy(self, root: Element) -> bytes:
        """Close a context.

        Raises:
            Refused: no such context is open.
        """
        identifier = text(root.find(f"{name(APCV, 'ContexteApCV')}/{name(APCV, 'Identifiant')}"))
        if identifier not in self.open:
            raise field("apcv_11", "Contexte inconnu")
        self.open.discard(identifier)
        return message(f"<DetruireContexteApCVRep xmlns={quoteattr(APCV)}/>")
