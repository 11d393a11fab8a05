"""The official schemas of the kit, when one is given: which schema judges which message."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from caducee_sandbox.namespaces import DS, HL7, LCM, QUERY, RS, SAML, SOAP, XADES, XDS, XSI
from caducee_sandbox.xml import Element, name

ENTRY_POINTS = {
    name(SOAP, "Envelope"): "soap/soap-1.2-envelope.xsd",
    name(XDS, "ProvideAndRegisterDocumentSetRequest"): "caducee/xds-b.xsd",
    name(XDS, "RetrieveDocumentSetRequest"): "caducee/xds-b.xsd",
    name(XDS, "RetrieveDocumentSetResponse"): "caducee/xds-b.xsd",
    name(LCM, "SubmitObjectsRequest"): "ihe-xds/ebRS30/lcm.xsd",
    name(QUERY, "AdhocQueryRequest"): "ihe-xds/ebRS30/query.xsd",
    name(QUERY, "AdhocQueryResponse"): "ihe-xds/ebRS30/query.xsd",
    name(RS, "RegistryResponse"): "ihe-xds/ebRS30/rs.xsd",
    name(HL7, "PRPA_IN201307UV02"): "caducee/PRPA_IN201307UV02.xsd",
    name(HL7, "PRPA_IN201308UV02"): "caducee/PRPA_IN201308UV02.xsd",
    name(HL7, "ClinicalDocument"): "cda-r2/infrastructure/cda/CDA.xsd",
    name(SAML, "Assertion"): "saml-xmldsig/sstc-saml-schema-assertion-2.0.xsd",
    name(DS, "Signature"): "saml-xmldsig/xmldsig-core-schema.xsd",
}


_FRENCH_EVENTS = ("C", "CM", "CD", "CV", "WAKE")
"""Codes of ``TimingEvent`` that the schema of CDA R2 does not list and the French one does."""


class Schemas:
    """The schemas of one kit, loaded when first needed."""

    def __init__(self, kit: Path) -> None:
        self._root = kit / "xsd"
        missing = sorted({path for path in ENTRY_POINTS.values() if not (self._root / path).is_file()})
        if missing:
            raise FileNotFoundError(f"the kit has no xsd/{missing[0]}")
        self._schema = cache(self._load)

    def check_envelope(self, envelope: Element) -> tuple[str, ...]:
        """Return the violations of a SOAP envelope, of its body and of the assertions in its header."""
        found = [*self.check(envelope)]
        for assertion in envelope.iterfind(f"{name(SOAP, 'Header')}/*/{name(SAML, 'Assertion')}"):
            found += self.check(assertion)
        for content in envelope.iterfind(f"{name(SOAP, 'Body')}/*"):
            found += self.check(content)
        return tuple(found)

    def check(self, element: Element) -> tuple[str, ...]:
        """Return the violations of one element; none when no schema is published for it."""
        path = ENTRY_POINTS.get(str(element.tag))
        if path is None:
            return ()
        schema = self._schema(path)
        if schema.validate(_adapted(element)):
            return ()
        log: Any = schema.error_log
        return tuple(f"{path}: line {e.line}: {e.message}" for e in log)

    def _load(self, path: str) -> etree.XMLSchema:
        return etree.XMLSchema(etree.parse(str(self._root / path)))


def _adapted(element: Element) -> Element:
    """Copy an element and take away what its schema is known not to cover."""
    copy = deepcopy(element)
    if copy.tag == name(SAML, "Assertion"):
        _remove_types(copy, "CE")
    elif copy.tag == name(SOAP, "Envelope"):
        _remove_types(copy)
    elif copy.tag == name(DS, "Signature"):
        for purpose in copy.iter(name(DS, "SignatureProperty")):
            purpose.append(etree.Element(name(XADES, "text")))
    elif copy.tag == name(HL7, "ClinicalDocument"):
        _remove_foreign(copy)
        for event in copy.iter(name(HL7, "event")):
            if event.get("code") in _FRENCH_EVENTS:
                del event.attrib["code"]
    return copy


def _remove_types(element: Element, *only: str) -> None:
    """Remove xsi:type where it names types of another schema than the one that judges."""
    for typed in element.iterfind(f".//*[@{name(XSI, 'type')}]"):
        if not only or typed.get(name(XSI, "type")) in only:
            del typed.attrib[name(XSI, "type")]


def _remove_foreign(document: Element) -> None:
    for element in list(document.iter("*")):
        parent = element.getparent()
        if parent is not None and etree.QName(element).namespace != HL7:
            parent.remove(element)
