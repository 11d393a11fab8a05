"""VAC-NOTE 2023.01, note de vaccination."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries.administration import product
from caducee.cda.entries.build import Naming, optional, paragraphs, ref, words
from caducee.cda.entries.medication import Product
from caducee.cda.header import Header
from caducee.cda.oids import ACT_CODE
from caducee.cda.volets.parts import LOINC_NAME, MEDICATION, whole
from caducee.model import bodies
from caducee.rendering import CD, II, Template

EVENT = CD("87273-9", LOINC_NAME, "Note de vaccination")
_FIRST = CD("INITIMMUNIZ", ACT_CODE, "1ère série vaccinante")
_BOOSTER = CD("BOOSTER", ACT_CODE, "Rappel")
_PATH = "body.vaccination"


class Rank(msgspec.Struct, array_like=True, frozen=True):
    """Which dose it is."""

    value: int
    label: str


class VaccinationNote(Header, array_like=True, frozen=True):
    """A VAC-NOTE: exactly one injection."""

    ref: str
    entry_id: II
    kind: CD
    at: str
    date: str
    product: Product
    route: CD | None
    site: CD | None
    rank: Rank | None
    comment: str | None


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/vac_note.xml", VaccinationNote, MEDICATION)


def build(header: Header, body: bodies.VaccinationNote) -> VaccinationNote:
    """Return the document."""
    naming, one = Naming(header.id.root), body.vaccination
    event = msgspec.structs.replace(header.context, act=EVENT)
    return whole(
        VaccinationNote,
        msgspec.structs.replace(header, context=event),
        ref=ref(_PATH),
        entry_id=naming.id(_PATH),
        kind=_BOOSTER if one.booster else _FIRST,
        at=one.date.replace("-", ""),
        date=words(one.date),
        product=product(one.vaccine),
        route=optional(one.route),
        site=optional(one.site),
        rank=Rank(one.rank, f"Dose n° {one.rank}") if one.rank else None,
        comment=" ".join(paragraphs(one.comment)) or None,
    )
