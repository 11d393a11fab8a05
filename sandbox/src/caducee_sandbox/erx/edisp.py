"""A dispensation as a clinical document (eDISP-MED 2024.01), linked to its prescription and to each line of it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from caducee_sandbox.erx.base import Dispensation, Prescription
from caducee_sandbox.erx.edisp_header import LOINC, NUMBERS, V3, add, oid, templates, write_header

SECTION = ("1.3.6.1.4.1.19376.1.9.1.2.3", "2.16.840.1.113883.10.20.1.8", "1.2.250.1.213.1.1.2.236")
SUPPLY = (
    "2.16.840.1.113883.10.20.1.34",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.3",
    "1.3.6.1.4.1.19376.1.9.1.3.4",
    "1.2.250.1.213.1.1.3.204",
)
PRODUCT = ("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43")
ITEM = ("1.3.6.1.4.1.19376.1.9.1.3.11", "1.2.250.1.213.1.1.3.90")
NOTE = ("2.16.840.1.113883.10.20.1.43", "1.3.6.1.4.1.19376.1.5.3.1.4.3.1", "1.2.250.1.213.1.1.3.207")
SUBSTITUTION = ("1.3.6.1.4.1.19376.1.9.1.3.9.2", "1.2.250.1.213.1.1.3.206")
Element = Any


def edisp(prescription: Prescription, dispensation: Dispensation) -> bytes:
    """Return the document of one dispensation: the lines that were given."""
    names: dict[Any, str] = {None: V3, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    root = etree.Element(f"{{{V3}}}ClinicalDocument", nsmap=names)
    write_header(root, prescription, dispensation)
    body = add(root, "component/structuredBody/component/section")
    templates(body, SECTION)
    add(body, "id", root=oid(dispensation.identifier, "section"))
    add(body, "code", code="60590-7", codeSystem=LOINC, displayName="Médicaments délivrés")
    add(body, "title").text = "Médicaments délivrés"
    given = [one for one in dispensation.lines if one["action"] != "not_dispensed"]
    labels = {line["line"]: line for line in prescription.content["lines"]}
    text = add(body, "text/list")
    for at_line, one in enumerate(given, 1):
        item = add(text, "item", ID=f"l{at_line}")
        item.text = f"{one['product'] or labels[one['line']]['label']} {one['quantity']}".strip()
    for at_line, one in enumerate(given, 1):
        _supply(body, dispensation, at_line, one, labels[one["line"]])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _supply(
    body: Element,
    dispensation: Dispensation,
    at: int,
    one: dict[str, Any],
    line: dict[str, Any],
) -> None:
    supply = add(body, "entry/supply", classCode="SPLY", moodCode="EVN")
    templates(supply, SUPPLY)
    add(supply, "id", root=oid(dispensation.identifier, f"supply-{at}"))
    add(supply, "text/reference", value=f"#l{at}")
    amount, _, unit = one["quantity"].partition(" ")
    if amount.isdecimal():
        add(supply, "quantity", value=amount, **({"unit": "30009000"} if unit.startswith("bo") else {}))
    product = add(supply, "product/manufacturedProduct", classCode="MANU")
    templates(product, PRODUCT)
    material = add(product, "manufacturedMaterial", classCode="MMAT", determinerCode="KIND")
    templates(material, ("1.3.6.1.4.1.19376.1.9.1.3.1",))
    known = {"code": line["code"], "codeSystem": line["system"]} if line.get("code") else {"nullFlavor": "NA"}
    add(add(material, "code", **known), "originalText/reference", value=f"#l{at}")
    add(material, "name").text = one["product"] or line["label"]
    item = add(supply, "entryRelationship", typeCode="REFR", inversionInd="false")
    item = add(item, "substanceAdministration", classCode="SBADM", moodCode="INT")
    templates(item, ITEM)
    add(item, "id", root=NUMBERS, extension=_item(one["line"]))
    add(item, "code", code="PREItem", codeSystem="1.3.6.1.4.1.19376.1.9.2.2", displayName="Prescription Item")
    missing = add(item, "consumable/manufacturedProduct/manufacturedMaterial", nullFlavor="NA")
    add(missing, "name", nullFlavor="NA")
    told = add(
        add(supply, "entryRelationship", typeCode="SUBJ", inversionInd="true"), "act", classCode="ACT", moodCode="INT"
    )
    templates(told, NOTE)
    add(told, "code", code="FINSTRUCT", codeSystem="1.3.6.1.4.1.19376.1.5.3.2")
    add(told, "text/reference", value=f"#l{at}")
    add(told, "statusCode", code="completed")
    if one["action"] == "substituted":
        act = add(add(supply, "entryRelationship", typeCode="COMP"), "act", classCode="ACT", moodCode="EVN")
        templates(act, SUBSTITUTION)
        add(act, "code", code="G", codeSystem="2.16.840.1.113883.5.1070", displayName="Générique")
        add(act, "statusCode", code="completed")


def _item(line: str) -> str:
    """Name a prescribed line as the prescription's document does: ``medicines[0]`` is ``body-medicines-1``."""
    kind, _, at = line.rstrip("]").partition("[")
    return f"body-{kind}-{int(at) + 1}"
