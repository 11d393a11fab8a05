"""Unions, null flavours, formatters and narrative, from structs to canonical XML."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee.errors import DocumentInvalid
from caducee.rendering import II, Narrative, NullFlavor, Template, TemplateError, element, narrative

TEXT = st.text(st.sampled_from("&<>\"'\t\n\r]]>{}=é’\u00a0\u2028\U0001f600")) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters=(*map(chr, range(32)), "\ufffe", "\uffff"))
)


class Drug(msgspec.Struct, array_like=True, frozen=True, tag="drug"):
    name: str
    dose: Decimal | NullFlavor
    route: str | None = None


class Act(msgspec.Struct, array_like=True, frozen=True, tag=7):
    code: str
    done: Literal["Y", "N"] = "Y"


class Page(msgspec.Struct, array_like=True, frozen=True):
    entries: tuple[Drug | Act, ...]
    id: II | NullFlavor | None = None
    words: Narrative = Narrative()


SOURCE = b"""<t:document xmlns:t="urn:caducee:template:1" model="Page" as="p" xmlns="urn:p">
  <P><id t:ii="p.id?"/><text><t:narrative of="p.words"/></text>
    <t:for each="e in p.entries"><t:choice of="e">
      <t:when is="Drug" as="d"><d route="{d.route?}" name="{d.name}">
        <t:if known="d.dose"><v value="{d.dose|decimal}"/></t:if>
        <t:if null="d.dose"><v nullFlavor="{d.dose}"/></t:if></d></t:when>
      <t:when is="Act" as="a"><a done="{a.done}">{a.code}</a></t:when></t:choice></t:for>
  </P>
</t:document>"""
TEMPLATE = Template.compile("page.xml", SOURCE, Page)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
FLAVORS = st.sampled_from(NullFlavor)
ENTRIES = st.builds(Drug, name=TEXT, dose=DECIMALS | FLAVORS, route=st.none() | TEXT) | st.builds(Act, code=TEXT)
INLINE = st.lists(TEXT | TEXT.map(lambda text: element("content", text, attributes={"styleCode": "Bold"})), max_size=3)
BLOCK = INLINE.map(lambda parts: element("paragraph", *parts, attributes={"ID": "p1"}))
PAGES = st.builds(
    Page,
    entries=st.lists(ENTRIES, max_size=4).map(tuple),
    id=st.none() | FLAVORS | st.builds(II, root=st.just("1.2.3"), extension=st.none() | TEXT),
    words=st.lists(BLOCK | TEXT, max_size=3).map(lambda parts: narrative(*parts)),
)


@given(PAGES)
def test_what_the_whole_language_writes_is_its_own_canonical_form(page: Page) -> None:
    document = TEMPLATE.render(page)
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(document)).write_c14n(out)
    assert out.getvalue() == document


@given(PAGES)
def test_each_member_of_a_union_is_written_by_its_own_case(page: Page) -> None:
    root = etree.fromstring(TEMPLATE.render(page))
    written = [(child.get("name"), child.text) for child in root.iter("{urn:p}d", "{urn:p}a")]
    assert [name or text or "" for name, text in written] == [
        entry.name if isinstance(entry, Drug) else entry.code for entry in page.entries
    ]


@given(st.lists(st.builds(Drug, name=st.just("x"), dose=DECIMALS | FLAVORS), max_size=4))
def test_a_value_or_why_it_is_not_there_is_written_and_never_both(drugs: list[Drug]) -> None:
    root = etree.fromstring(TEMPLATE.render(Page(entries=tuple(drugs))))
    written = [dict(value.attrib) for value in root.iter("{urn:p}v")]
    assert written == [
        {"nullFlavor": drug.dose.code} if isinstance(drug.dose, NullFlavor) else {"value": str(drug.dose)}
        for drug in drugs
    ]


def test_a_quantity_keeps_the_digits_that_were_written() -> None:
    page = Page(entries=(Drug("A", Decimal("5.00")),))
    assert b'value="5.00"' in TEMPLATE.render(page)


@pytest.mark.parametrize("dose", [Decimal("1E+2"), Decimal("NaN"), Decimal("Infinity")])
def test_a_number_that_xml_cannot_say_is_refused_by_its_field(dose: Decimal) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        TEMPLATE.render(Page(entries=(Act("Z"), Drug("A", dose))))
    (finding,) = refused.value.findings
    assert (finding.field, finding.rule) == ("entries[1].dose", "xml.decimal")


@pytest.mark.parametrize(
    "words",
    [
        narrative(element("script", "x")),
        narrative(element("paragraph", "x", attributes={"onclick": "x"})),
        narrative(element("td", "x")),
        narrative(element("table", "text where only rows may be")),
        Narrative((None,)),
        narrative(element("paragraph")[:1]),
    ],
    ids=["unknown element", "unknown attribute", "wrong place", "text", "no start", "no end"],
)
def test_what_the_narrative_block_does_not_have_is_refused(words: Narrative) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        TEMPLATE.render(Page(entries=(), words=words))
    (finding,) = refused.value.findings
    assert finding.rule == "cda.narrative"
    assert finding.field.startswith("words.events[")


class Untagged(msgspec.Struct, array_like=True, frozen=True):
    name: str


class Objects(msgspec.Struct, frozen=True):
    name: str


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (float, "float cannot be rendered"),
        (dict[str, str], "cannot be rendered"),
        (Drug | Untagged, "need a tag"),
        (str | int, "only tagged structs"),
        (Objects, "must be array_like"),
        (tuple[str | None, ...], "always there"),
        (tuple[str, str], "cannot be rendered"),
        (Literal["a", 1], "several types"),
        (NullFlavor, "only tagged structs"),
    ],
    ids=str,
)
def test_a_field_that_templates_cannot_write_is_refused_by_name(kind: object, why: str) -> None:
    model = msgspec.defstruct("Model", [("field", kind)], array_like=True, frozen=True)
    with pytest.raises(TemplateError, match=why):
        Template.compile("x.xml", SOURCE, model)


def test_annotations_are_seen_through() -> None:
    short = Annotated[str, msgspec.Meta(max_length=3)]
    model = msgspec.defstruct("Model", [("field", short | None), ("items", list[short], [])], array_like=True)
    source = SOURCE[: SOURCE.index(b"\n")].replace(b"Page", b"Model") + b"<P a='{p.field?}'/></t:document>"
    assert Template.compile("x.xml", source, model).render(model("x")) == b'<P xmlns="urn:p" a="x"></P>'
