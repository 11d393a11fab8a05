"""Reading a dispensation document (eDISP-MED 2024.01) back onto the lines of its prescription.

Source: CI-SIS, volet eDISP-MED 2024.01: ``inFulfillmentOf/order/id``, ``supply`` entries with a reference to the
prescribed line (``1.2.250.1.213.1.1.3.90``) and the act of substitution (``1.2.250.1.213.1.1.3.206``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from caducee.cda.reading.parsing import V3, DocumentUnreadable, clinical_document
from caducee.posology.words import noun
from caducee_eprescription.errors import DispensationUnreadable
from caducee_eprescription.states import Action, Dispensation, LineDispensed

TEMPLATE = "1.2.250.1.213.1.1.1.54"
_PRODUCT, _SUBSTITUTED = "1.2.250.1.213.1.1.3.204", "1.2.250.1.213.1.1.3.206"
_ITEM = "1.2.250.1.213.1.1.3.90"
_UNITS = {"30009000": "boîte"}
_LINE = re.compile(r"(?:body-)?(medicines|devices)-(\d+)")


class ReadDispensation(msgspec.Struct, frozen=True, kw_only=True):
    """What a dispensation document says. ``fulfils`` are the identifiers it names: numbers and document OIDs."""

    fulfils: tuple[str, ...]
    dispensation: Dispensation


def read_dispensation(content: bytes) -> ReadDispensation:
    """Read a dispensation document.

    Raises:
        DispensationUnreadable: not an eDISP-MED, or one without a line that refers to a prescription.
    """
    try:
        root = clinical_document(content)
    except DocumentUnreadable:
        raise DispensationUnreadable("not a clinical document") from None
    if TEMPLATE not in {one.get("root") for one in root.findall(f"{V3}templateId")}:
        raise DispensationUnreadable("not an eDISP-MED")
    identifier = _first(root, "documentationOf/serviceEvent/id") or _first(root, "id")
    lines = tuple(filter(None, (_line(one) for one in root.iter(f"{V3}supply") if _has(one, _PRODUCT))))
    if not identifier or not lines:
        raise DispensationUnreadable("no dispensation or no line of a prescription")
    at = root.find(f"{V3}effectiveTime")
    organisation = root.find(_path("author/assignedAuthor/representedOrganization/name"))
    return ReadDispensation(
        fulfils=tuple(filter(None, (_identified(one) for one in root.findall(_path("inFulfillmentOf/order/id"))))),
        dispensation=Dispensation(
            identifier=identifier,
            at=at.get("value", "") if at is not None else "",
            pharmacy=(organisation.text or "").strip() if organisation is not None else "",
            lines=lines,
        ),
    )


def _line(supply: Any) -> LineDispensed | None:
    item = next((one for one in supply.iter(f"{V3}substanceAdministration") if _has(one, _ITEM)), None)
    found = item.find(f"{V3}id") if item is not None else None
    path = line_of(found.get("extension", "")) if found is not None else None
    if path is None:
        return None
    quantity = supply.find(f"{V3}quantity")
    substituted = any(_has(act, _SUBSTITUTED) for act in supply.iter(f"{V3}act"))
    name = supply.find(_path("product/manufacturedProduct/manufacturedMaterial/name"))
    return LineDispensed(
        line=path,
        action=Action.SUBSTITUTED if substituted else Action.DISPENSED,
        quantity=_amount(quantity),
        product=(name.text or "").strip() if name is not None else "",
    )


def line_of(identifier: str) -> str | None:
    """Return the path in the model of a line that our documents name: ``body-medicines-1`` is ``medicines[0]``."""
    found = _LINE.fullmatch(identifier)
    return f"{found[1]}[{int(found[2]) - 1}]" if found and int(found[2]) else None


def name_of(path: str) -> str:
    """Return the name that our documents give to a line: the inverse of ``line_of``."""
    kind, _, at = path.rstrip("]").partition("[")
    return f"body-{kind}-{int(at) + 1}"


def _amount(quantity: Any) -> str:
    if quantity is None:
        return ""
    value, unit = quantity.get("value", ""), quantity.get("unit", "")
    word = _UNITS.get(unit, unit)
    return f"{value} {noun(word, Decimal(value)) if word and value.isdecimal() else word}".strip()


def _has(element: Any, template: str) -> bool:
    return any(one.get("root") == template for one in element.findall(f"{V3}templateId"))


def _first(root: Any, path: str) -> str:
    found = root.find(_path(path))
    return _identified(found) if found is not None else ""


def _identified(element: Any) -> str:
    return element.get("extension") or element.get("root") or ""


def _path(path: str) -> str:
    return "/".join(f"{V3}{part}" for part in path.split("/"))
