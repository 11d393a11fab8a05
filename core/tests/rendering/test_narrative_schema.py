"""The narrative block that we accept is the one of the official schema: compared on blocks made at random."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from caducee.errors import DocumentInvalid
from caducee.rendering import Narrative, Template
from caducee.rendering.narrative import Event, Start

pytestmark = pytest.mark.conformance
HL7 = "urn:hl7-org:v3"
TEXTUAL = ("content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef", "renderMultiMedia", "caption")
BLOCKS = ("paragraph", "list", "item", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "col", "colgroup")
ELEMENTS = (*TEXTUAL, *BLOCKS, "text", "section")
ATTRIBUTES = {
    "ID": ["a1", "a2"],
    "styleCode": ["Bold", "xBold Italics"],
    "language": ["fr"],
    "href": ["#a1"],
    "listType": ["ordered", "unordered", "other"],
    "revised": ["insert", "delete", "x"],
    "align": ["left", "middle"],
    "valign": ["top", "x"],
    "border": ["1"],
    "span": ["2"],
    "colspan": ["2"],
    "scope": ["row", "x"],
    "IDREF": ["a1"],
    "referencedObject": ["a1"],
    "onclick": ["x"],
}


class Block(msgspec.Struct, array_like=True, frozen=True):
    text: Narrative


TEMPLATE = Template.compile(
    "block.xml",
    b'<t:document xmlns:t="urn:caducee:template:1" model="Block" as="b" xmlns="urn:hl7-org:v3">'
    b'<text><t:narrative of="b.text"/></text></t:document>',
    Block,
)

ONE = st.sampled_from(sorted(ATTRIBUTES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(ATTRIBUTES[name]))
)
STARTS = st.builds(
    Start, st.sampled_from(ELEMENTS), st.lists(ONE, max_size=2, unique_by=lambda pair: pair[0]).map(tuple)
)
LEAVES: st.SearchStrategy[tuple[Event, ...]] = st.just(("x",)) | st.just(())
TREES = st.recursive(
    LEAVES,
    lambda inside: st.builds(
        lambda start, parts: (start, *(event for part in parts for event in part), None),
        STARTS,
        st.lists(inside, max_size=3),
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """Return the official narrative block as a schema of its own, with the element ``text`` at its root."""
    block = Path(os.environ["KIT"]) / "xsd/cda-r2/processable/coreschemas/NarrativeBlock.xsd"
    source = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{HL7}" targetNamespace="{HL7}"'
        f' elementFormDefault="qualified"><xs:include schemaLocation="{block.as_uri()}"/>'
        '<xs:element name="text" type="StrucDoc.Text"/></xs:schema>'
    )
    return etree.XMLSchema(etree.fromstring(source))


def schema_accepts(schema: etree.XMLSchema, events: tuple[Event, ...]) -> bool:
    root = etree.Element(f"{{{HL7}}}text", nsmap={None: HL7})
    open_ = [root]
    for event in events:
        if isinstance(event, Start):
            open_.append(etree.SubElement(open_[-1], f"{{{HL7}}}{event.name}", dict(event.attributes)))
        elif event is None:
            open_.pop()
        elif len(open_[-1]):
            open_[-1][-1].tail = (open_[-1][-1].tail or "") + event
        else:
            open_[-1].text = (open_[-1].text or "") + event
    return bool(schema.validate(root))


def we_accept(events: tuple[Event, ...]) -> bool:
    try:
        TEMPLATE.render(Block(Narrative(events)))
    except DocumentInvalid:
        return False
    return True


@settings(max_examples=1500, deadline=None)
@given(events=TREES)
def test_whatever_we_accept_the_official_schema_accepts(schema: etree.XMLSchema, events: tuple[Event, ...]) -> None:
    """The order and the least number of elements are the schema's alone; names, places and attributes are ours too."""
    if we_accept(events) and not schema_accepts(schema, events):
        assert re.search("Missing child element|This element is not expected", str(schema.error_log)), schema.error_log


@pytest.mark.parametrize("outer", ["paragraph", "list", "table", "content", "tr", "item"])
@pytest.mark.parametrize("inner", ELEMENTS)
def test_each_pair_of_elements_is_judged_as_by_the_official_schema(
    schema: etree.XMLSchema, outer: str, inner: str
) -> None:
    around = {"tr": ("table", "tbody", "tr"), "item": ("list", "item")}.get(outer, (outer,))
    inside = (Start(inner), None)
    events = (*(Start(name) for name in around), *inside, *(None for _ in around))
    if schema_accepts(schema, events):
        assert we_accept(events)
    elif we_accept(events):
        assert "Missing child element" in str(schema.error_log), schema.error_log
