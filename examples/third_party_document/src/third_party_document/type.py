"""The type as Caducée finds it: by the entry point ``growth``, from the JSON of ``GrowthContent``."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from caducee.cda.header import Header
from caducee.errors import Finding
from caducee.model.codes import Code
from caducee.rendering import II, PQ, NullFlavor, Template
from third_party_document.growth import BODY_HEIGHT, BODY_WEIGHT, Growth, Measurement, template, words
from third_party_document.rules import findings


class GrowthContent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the practice knows: an absent value was not measured. ``height_cm`` and ``weight_kg`` are decimals."""

    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None


class GrowthType:
    """Measurements of a child. The format code stands under an example arc."""

    format = Code("urn:example:growth:2026", "1.2.250.1.999.7.2", "Mesures de croissance")

    def check(self, content: bytes) -> tuple[Finding, ...]:
        """Return all that is wrong with the measurements."""
        try:
            known = msgspec.json.decode(content, type=GrowthContent)
        except msgspec.MsgspecError:
            return (Finding(field="content", rule="growth.json", message="Le contenu n'a pas la forme attendue."),)
        return tuple(findings(_measurements(known, II("1.2.3"), "")))

    def make(self, header: Header, content: bytes) -> tuple[Header, Template]:
        """Return the document and its template."""
        known = msgspec.json.decode(content, type=GrowthContent)
        measurements = _measurements(known, header.id, header.created)
        shared = {name: getattr(header, name) for name in Header.__struct_fields__}
        return Growth(**shared, text=words(measurements), measurements=measurements), template()


def _measurements(known: GrowthContent, document: II, at: str) -> tuple[Measurement, ...]:
    values = ((BODY_HEIGHT, known.height_cm, "cm"), (BODY_WEIGHT, known.weight_kg, "kg"))
    return tuple(
        Measurement(
            II(document.root, f"m{number}"), code, at, NullFlavor.NOT_ASKED if value is None else PQ.of(value, unit)
        )
        for number, (code, value, unit) in enumerate(values, start=1)
    )


GROWTH = GrowthType()
