"""WS_INS2: search by traits.

Source: service schemas of INSi, WSDL DESIR_ICIR_EXP 1.5.0 (06/11/2020).
"""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.rendering import Template

ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"


class ByTraits(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What ``RECSANSVITALE`` holds. One given name, or several parted by spaces, in the one ``Prenom``."""

    birth_name: str
    given_name: str
    sex: str
    birth_date: str
    birth_place: str | None = None


@cache
def _template() -> Template:
    return Template.load("caducee_insi.messages", "rec_sans_vitale.xml", ByTraits)


def body(asked: ByTraits) -> bytes:
    """Return ``RECSANSVITALE``."""
    return _template().render(asked)
