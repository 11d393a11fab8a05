"""Every message of the toolkit against the official schemas and the skeletons of the kit."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from caducee.model.entry import DocumentEntry
from caducee.model.practice import Practitioner
from caducee.wire.dsg import DsgWriter, SignedDocument
from caducee.wire.namespaces import DS, XOP
from caducee.wire.soap import ANONYMOUS, Addressing, Envelopes
from caducee.wire.vihf import VihfOptions, VihfSession, VihfWriter
from caducee.wire.xds.query import QueryWriter
from caducee.wire.xds.retrieve import DocumentRequest, RetrieveWriter

from .conftest import NOW
from .shape import schema, shape, skeleton
from .test_vihf import PATIENT, SOFTWARE
from .xds.test_submission import submission

pytestmark = pytest.mark.conformance


def signature(certificate: bytes) -> etree._Element:
    document = SignedDocument(unique_id="1.2.3", sha1=bytes(20), sha256=bytes(32))
    prepared = DsgWriter().prepare(set_id="1.2.4", documents=(document,), certificate=certificate, signing_time=NOW)
    return etree.fromstring(prepared.finish(bytes(256)))


def security(practitioner: Practitioner) -> bytes:
    session = VihfSession(practitioner=practitioner, issuer="CN=x", since=NOW)
    return VihfWriter(SOFTWARE, VihfOptions()).direct(session, patient=PATIENT, now=NOW)


def envelope(practitioner: Practitioner) -> etree._Element:
    addressing = Addressing("urn:uuid:1", "urn:a", "https://dmp.example", ANONYMOUS)
    written = Envelopes().write(addressing, headers=(security(practitioner),), body=b"<x xmlns='u'></x>")
    return etree.fromstring(written)


def test_the_set_signature_is_valid_but_for_the_text_of_its_property(certificate: bytes) -> None:
    made = signature(certificate)
    for purpose in made.iter(f"{{{DS}}}SignatureProperty"):
        etree.SubElement(purpose, "{urn:listed-deviation}text").text, purpose.text = purpose.text, None
    schema("saml-xmldsig/xmldsig-core-schema.xsd").assertValid(made)


def test_the_set_signature_has_the_shape_of_the_skeleton(certificate: bytes) -> None:
    assert shape(signature(certificate)) == shape(skeleton("dsg_signature.xml"))


def test_the_envelope_is_valid(practitioner: Practitioner) -> None:
    made = envelope(practitioner)
    for typed in made.iter("{urn:hl7-org:v3}*"):
        del typed.attrib["{http://www.w3.org/2001/XMLSchema-instance}type"]
    schema("soap/soap-1.2-envelope.xsd").assertValid(made)


def test_the_assertion_has_the_shape_of_the_skeleton(practitioner: Practitioner) -> None:
    (made,) = etree.fromstring(security(practitioner))
    assert shape(etree.fromstring(etree.tostring(made))) == shape(skeleton("vihf_direct.xml"))


def test_the_submission_differs_from_the_skeleton_only_where_that_is_optional(
    entry: DocumentEntry, practitioner: Practitioner
) -> None:
    made = submission(entry, practitioner)
    for include in list(made.iter(f"{{{XOP}}}Include")):
        parent = include.getparent()
        assert parent is not None
        parent.remove(include)
        parent.text = base64.b64encode(b"<x/>").decode()
    ours, theirs = shape(made), shape(skeleton("td21_body.xml"))
    assert {optional(path) for path in ours - theirs} == {"hash", "size"}
    assert {optional(path) for path in theirs - ours} == {"Description"}


def optional(path: str) -> str:
    names = ("hash", "size", "Description")
    return next((name for name in names if f"[{name}]" in path or f"}}{name}@" in path), path)


def test_the_queries_and_the_retrieval_have_the_shape_of_their_skeletons() -> None:
    asked = shape(etree.fromstring(QueryWriter().find_documents(PATIENT)))
    assert asked < shape(skeleton("td31a_body.xml"))
    one = shape(etree.fromstring(QueryWriter().get_documents(("1.2.3",))))
    assert one == shape(skeleton("td31b_body.xml"))
    retrieved = shape(etree.fromstring(RetrieveWriter().write(DocumentRequest("1.2", "1.3"))))
    assert retrieved == shape(skeleton("td32_body.xml"))
