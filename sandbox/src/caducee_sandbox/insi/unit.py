"""ASSUMED: unit verification (WS_INS3). Its wire form is not public; what stands here is a guess."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from caducee_sandbox.insi.answers import message
from caducee_sandbox.insi.errors import field
from caducee_sandbox.namespaces import INSI_UNIT, INSI_UNIT_RESULT
from caducee_sandbox.people import PATIENTS, TEST_OID, Patient
from caducee_sandbox.xml import Element, name, text


def verified(root: Element) -> bytes:
    """Answer whether a stored identity is still the one that INSi knows.

    Raises:
        Refused: no number, or another OID than the one of tests.
    """
    base = root.find(name(INSI_UNIT, "IndividuVerifie"))
    if base is None:
        raise field("insi_40", "IndividuVerifie attendu")
    given = f"{name(INSI_UNIT, 'INSFourni')}/"
    number = f"{given}{name(INSI_UNIT, 'IdIndividu')}/"
    matricule = text(base.find(number + name(INSI_UNIT, "NumIdentifiant"))) + text(
        base.find(number + name(INSI_UNIT, "Cle"))
    )
    if len(matricule) != 15 or text(base.find(given + name(INSI_UNIT, "OID"))) != TEST_OID:
        raise field("insi_41", "INSFourni: matricule de test attendu")
    traits = f"{name(INSI_UNIT, 'TraitsIdentiteIndividu')}/"
    told = {
        local: text(base.find(traits + name(INSI_UNIT, local)))
        for local in ("NomNaissance", "ListePrenom", "Sexe", "DateNaissance")
    }
    code = verdict(
        matricule,
        birth_name=told["NomNaissance"],
        given_names=told["ListePrenom"],
        sex=told["Sexe"],
        birth=told["DateNaissance"],
    )
    label = "OK" if code == "00" else "INS et traits incoherents"
    return message(
        f"<RESULTAT xmlns={quoteattr(INSI_UNIT_RESULT)}><CR><CodeCR>{code}</CodeCR><LibelleCR>{label}</LibelleCR></CR>"
        "</RESULTAT>"
    )


def verdict(matricule: str, *, birth_name: str, given_names: str, sex: str, birth: str) -> str:
    """Return 00 when somebody has this matricule with these traits, 01 otherwise."""
    told = (matricule, birth_name, given_names, sex, birth)
    return "00" if any(told == _known(one) for one in PATIENTS) else "01"


def _known(one: Patient) -> tuple[str, str, str, str, str]:
    return (one.ins, one.name, one.given_names, one.sex, one.birth)
