"""ADRi: the request is known; ASSUMED: the answer, of the sandbox's own, and who has which rights."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from caducee_sandbox.insi.answers import message
from caducee_sandbox.insi.errors import InsiFault, Refused, field
from caducee_sandbox.namespaces import ADRI, ADRI_ASSUMED
from caducee_sandbox.people import PATIENTS, nir_key
from caducee_sandbox.xml import Element, name, text

UNKNOWN = InsiFault(
    siram="siram_40", code="FASIBEN", user="Le service de la caisse est indisponible.", technical="FASIBEN"
)
FULL = ("LUNAIRE-ESSAI",)
"""Who has a long-term illness, in this sandbox."""


def rights(root: Element) -> bytes:
    """Answer the rights of one beneficiary.

    Raises:
        Refused: a field is missing or a key wrong; FASIBEN for who is not known.
    """
    person = root.find(name(ADRI, "BeneficiaireDeSoins"))
    if person is None or not text(root.find(name(ADRI, "DatedeReference"))):
        raise field("adri_10", "DatedeReference et BeneficiaireDeSoins attendus")
    number = _checked(person.find(name(ADRI, "NIRcertifie")))
    holder = _checked(person.find(f"{name(ADRI, 'Assure')}/{name(ADRI, 'NIRassure')}"))
    birth = text(person.find(name(ADRI, "DatedeNaissance")))
    found = [one for one in PATIENTS if one.nir == number and birth in (one.birth, one.card_birth)]
    if not found or holder != (found[0].holder or found[0].nir):
        raise Refused(UNKNOWN)
    exemption = ' exoneration="4"' if found[0].name in FULL else ""
    return message(
        f"<Droits xmlns={quoteattr(ADRI_ASSUMED)}>"
        f'<AMO regime="01" organisme="349" centre="9881" debut="2024-01-01"{exemption}/>'
        '<AMC regime="" organisme="99999997" debut="2026-01-01" fin="2026-12-31"/></Droits>'
    )


def _checked(element: Element | None) -> str:
    if element is None:
        raise field("adri_11", "NIR attendu")
    number, key = text(element.find(name(ADRI, "Num"))), text(element.find(name(ADRI, "Cle")))
    if len(number) != 13 or key != nir_key(number):
        raise field("adri_12", "NIR ou cle incorrects")
    return number
