"""The answers of INSi, with the mixed prefixes of the real service and, when asked for, its other habits."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.insi.errors import OPEN
from caducee_sandbox.namespaces import INSI_RESULT, SOAP
from caducee_sandbox.people import TEST_OID, Number, Patient, nir_key

LABELS = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}


def result_message(found: list[Patient], habit: str = "") -> bytes:
    """Return 00 with the identity, 01 or 02."""
    code = {0: "01", 1: "00"}.get(len(found), "02")
    person = _individual(found[0], habit) if code == "00" else ""
    body = (
        f"<RESULTAT xmlns={quoteattr(INSI_RESULT)}><CR><CodeCR>{code}</CodeCR>"
        f"<LibelleCR>{LABELS[code]}</LibelleCR></CR>{person}</RESULTAT>"
    )
    if habit == "prefixes":
        body = _prefixed(body)
        return f"{OPEN}<S:Body xmlns:S={quoteattr(SOAP)}>{body}</S:Body></soap:Envelope>".encode()
    return message(body)


def message(body: str) -> bytes:
    """Return an answer around a body."""
    return f"{OPEN}<env:Body xmlns:env={quoteattr(SOAP)}>{body}</env:Body></soap:Envelope>".encode()


def _prefixed(body: str) -> str:
    marked = body.replace("</", "\0").replace("<", "<ns2:").replace("\0", "</ns2:")
    return marked.replace(" xmlns=", " xmlns:ns2=", 1)


def _individual(patient: Patient, habit: str) -> str:
    active = Number(nir=patient.nir)
    past = (*patient.history, active) if habit == "history_repeated" else patient.history
    history = "".join(f"<INSHISTO>{_number(one, nir_key(one.nir), habit)}</INSHISTO>" for one in past)
    key = f"{(int(patient.key) + 1) % 100:02d}" if habit == "wrong_key" else patient.key
    place = patient.old_place if habit == "old_place" and patient.old_place else patient.place
    return (
        f"<INDIVIDU><INSACTIF>{_number(active, key, habit)}</INSACTIF>{history}<TIQ>"
        f"<NomNaissance>{escape(patient.name)}</NomNaissance>"
        f"<ListePrenom>{escape(patient.given_names)}</ListePrenom><Sexe>{patient.sex}</Sexe>"
        f"<DateNaissance>{patient.birth}</DateNaissance><LieuNaissance>{place}</LieuNaissance>"
        "</TIQ></INDIVIDU>"
    )


def _number(number: Number, key: str, habit: str) -> str:
    dates = f"<DateDeb>{number.begin}</DateDeb><DateFin>{number.end}</DateFin>" if number.begin else ""
    told = f"<IdIndividu><NumIdentifiant>{number.nir}</NumIdentifiant><Cle>{key}</Cle></IdIndividu>"
    oid = f"<OID>{TEST_OID}</OID>"
    return f"{dates}{told}{oid}" if habit == "history_first" else f"{told}{oid}{dates}"
