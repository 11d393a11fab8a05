"""Two lines of one substance: what a drug-safety product might say. The table is invented."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.clinical import Prescription
from caducee.errors import Finding
from caducee.model.document import Document

SUBSTANCES = {"69999999": "paracétamol", "69999994": "paracétamol", "69999995": "ramipril"}
SOURCE = "Base de démonstration, sans valeur médicale"


def check(document: Document) -> Iterator[Finding]:
    """Find each line whose substance stands on an earlier line."""
    if not isinstance(document.body, Prescription):
        return
    seen: dict[str, int] = {}
    for at, line in enumerate(document.body.medicines):
        code = line.medicine.code.code if line.medicine.code else ""
        substance = SUBSTANCES.get(code)
        if substance in seen:
            yield Finding(
                field=f"body.medicines[{at}].medicine",
                rule="example.same_substance",
                message=f"La ligne {seen[substance] + 1} contient déjà du {substance}.",
                source=SOURCE,
            )
        elif substance:
            seen[substance] = at
