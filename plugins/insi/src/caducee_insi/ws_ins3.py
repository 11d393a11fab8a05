"""WS_INS3: verification of one stored INS. ASSUMED: its wire form is not public.

Known: the names inside ``IndividuVerifie`` (a public training kit) and the namespace of the answer. Guessed: the
action, the root of the request and its namespace, the nesting, and that 00 alone means coherent. All names stand here
and in ``messages/req_unitaire.xml``: whoever has the contract changes these two files.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from caducee.errors import ProtocolViolation
from caducee.rendering import Template
from caducee.wire.xml import child, text
from caducee_insi.envelope import SERVICE
from caducee_insi.nir import NUMBER_LENGTH
from caducee_insi.query import Query

ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:verifierInsAvecTraitsIdentite"
ANSWER = "http://www.cnamts.fr/INSiLot2/REPUnitaire"
COHERENT = "00"


class Verified(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What the request holds."""

    number: str
    key: str
    oid: str
    birth_name: str
    given_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_place: str | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the service said of one stored INS."""

    code: str
    label: str

    @property
    def coherent(self) -> bool:
        """Whether it knows this matricule with these traits."""
        return self.code == COHERENT


@cache
def _template() -> Template:
    return Template.load("caducee_insi.messages", "req_unitaire.xml", Verified)


def body(matricule: str, oid: str, wanted: Query) -> bytes:
    """Return the assumed request."""
    asked = Verified(
        number=matricule[:NUMBER_LENGTH],
        key=matricule[NUMBER_LENGTH:],
        oid=oid,
        birth_name=wanted.birth_name,
        given_name=wanted.given_names[0],
        given_names=" ".join(wanted.given_names),
        sex=wanted.sex,
        birth_date=wanted.birth_date,
        birth_place=wanted.birth_place,
    )
    return _template().render(asked)


def read(result: Any) -> Said:
    """Read the assumed answer.

    Raises:
        ProtocolViolation: another element, or no return code.
    """
    code = text(child(result, ANSWER, "CR", "CodeCR"))
    if result.tag != f"{{{ANSWER}}}RESULTAT" or not code:
        raise ProtocolViolation(SERVICE, "the body is not the assumed answer to a verification")
    return Said(code=code[:16], label=text(child(result, ANSWER, "CR", "LibelleCR")))
