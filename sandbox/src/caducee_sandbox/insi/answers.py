"""The answers of INSi, with the mixed prefixes of the real service."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.insi.errors import OPEN
from caducee_sandbox.namespaces import INSI_RESULT, SOAP
from caducee_sandbox.people import TEST_OID, Number, Patient, nir_key

LABELS = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}


def result_message(found: list[Patient]) -> bytes:
    """Return 00 with the identity, 01 or 02."""
    code = {0: "01", 1: "00"}.get(len(found), "02")
    person = _individual(found[0]) if code == "00" else ""
    return (
        f"{OPEN}<env:Body xmlns:env={quoteattr(SOAP)}><RESULTAT xmlns={quoteattr(INSI_RESULT)}>"
        f"<CR><CodeCR>{code}</CodeCR><LibelleCR>{LABELS[code]}</LibelleCR></CR>{person}"
        "</RESULTAT></env:Body></soap:Envelope>"
    ).encode()


def _individual(patient: Patient) -> str:
    history = "".join(f"<INSHISTO>{_number(past)}</INSHISTO>" for past in patient.history)
    return (
        f"<INDIVIDU><INSACTIF>{_number(Number(nir=patient.nir))}</INSACTIF>{history}<TIQ>"
        f"<NomNaissance>{escape(patient.name)}</NomNaissance>"
        f"<ListePrenom>{escape(patient.given_names)}</ListePrenom><Sexe>{patient.sex}</Sexe>"
        f"<DateNaissance>{patient.birth}</DateNaissance><LieuNaissance>{patient.place}</LieuNaissance>"
        "</TIQ></INDIVIDU>"
    )


def _number(number: Number) -> str:
    dates = f"<DateDeb>{number.begin}</DateDeb><DateFin>{number.end}</DateFin>" if number.begin else ""
    return (
        f"<IdIndividu><NumIdentifiant>{number.nir}</NumIdentifiant><Cle>{nir_key(number.nir)}</Cle></IdIndividu>"
        f"<OID>{TEST_OID}</OID>{dates}"
    )
