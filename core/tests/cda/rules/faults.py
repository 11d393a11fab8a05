"""One right document of a kind, changed by hand: what the tests of the rules hold in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from lxml import etree

from caducee.cda import CdaSealer
from caducee.cda.rules import RuleFinding, Severity, check_document
from caducee.model.environment import Environment
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology
from core.tests.cda.samples import OID_ROOT, ROUX, documents, identifiers_of

from .mutations import NAMESPACES

V3 = "{urn:hl7-org:v3}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@cache
def right(name: str) -> bytes:
    """Return a sealed document of the samples."""
    sealer = CdaSealer(oid_root=OID_ROOT, terminology=Terminology.load(), copyist=PaperCopyist(Environment.SANDBOX))
    document = documents()[name]
    return sealer.seal(document, ROUX, identifiers_of(document)).document


def changed(name: str, where: str, change: Callable[[etree._Element], object]) -> tuple[RuleFinding, ...]:
    """Return what the rules say of a document once the first element at a path was changed."""
    root = etree.fromstring(right(name))
    change(root.xpath(where, namespaces=NAMESPACES)[0])
    return check_document(etree.tostring(root))


def errors(found: tuple[RuleFinding, ...]) -> set[str]:
    """Return the rules that are broken."""
    return {one.rule for one in found if one.severity is Severity.ERROR}


def removed(element: etree._Element) -> None:
    """Take an element out."""
    holder = element.getparent()
    assert holder is not None
    holder.remove(element)
