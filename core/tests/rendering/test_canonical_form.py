from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee.errors import DocumentInvalid
from caducee.rendering import Template


class Row(msgspec.Struct, array_like=True, frozen=True):
    text: str
    note: str | None = None


class Table(msgspec.Struct, array_like=True, frozen=True):
    title: str
    lang: str | None = None
    rows: tuple[Row, ...] = ()


SOURCE = b"""<t:document xmlns:t="urn:caducee:template:1" model="Table" as="m"
    xmlns="urn:a" xmlns:z="urn:b" xmlns:b="urn:z">
  <z:T z:q="{m.title}" b:q="1" q="x{m.title}y" xml:lang="{m.lang?}">
    <t:for each="r in m.rows" index="n">
      <R xmlns="urn:r" n="{n}" note="{r.note?}">{r.text}<t:if has="r.note"><b:N>&amp;{r.note}&#13;</b:N></t:if></R>
      <R note="{r.note?}"/>
    </t:for>
  </z:T>
</t:document>"""

TEMPLATE = Template.compile("table.xml", SOURCE, Table)

HOSTILE = st.text(st.sampled_from("&<>\"'\t\n\r]]>{}=é’œ\u00a0\u0085\u2028\ufeff\ufffd\U0001f600")) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters=(*map(chr, range(32)), "\ufffe", "\uffff"))
)
TABLES = st.builds(
    Table,
    title=HOSTILE,
    lang=st.none() | st.just("fr"),
    rows=st.lists(st.builds(Row, text=HOSTILE, note=st.none() | HOSTILE), max_size=4).map(tuple),
)


def canonical(document: bytes) -> bytes:
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(document)).write_c14n(out)
    return out.getvalue()


@pytest.mark.requirement("C14N-1.0")
@given(TABLES)
def test_what_is_written_is_its_own_inclusive_canonical_form(table: Table) -> None:
    document = TEMPLATE.render(table)
    assert canonical(document) == document


@given(TABLES)
def test_every_text_is_read_back_as_it_was(table: Table) -> None:
    root = etree.fromstring(TEMPLATE.render(table))
    assert root.get("q") == f"x{table.title}y"
    read = [element.text or "" for element in root.iter("{urn:r}R")]
    assert read == [row.text for row in table.rows]


FORBIDDEN = [*(chr(code) for code in range(32) if chr(code) not in "\t\n\r"), "\ufffe", "\uffff"]


@given(st.sampled_from(FORBIDDEN), HOSTILE, HOSTILE)
def test_a_forbidden_character_is_refused_wherever_it_stands(character: str, before: str, after: str) -> None:
    table = Table(title="t", rows=(Row(text=f"{before}{character}{after}"),))
    with pytest.raises(DocumentInvalid) as refused:
        TEMPLATE.render(table)
    assert [finding.field for finding in refused.value.findings] == ["rows[0].text"]


def test_a_fragment_is_canonical_where_its_namespaces_are_in_scope() -> None:
    table = Table(title="a & b", rows=(Row("x", "y"),))
    around = b'<z:W xmlns="urn:a" xmlns:b="urn:z" xmlns:z="urn:b">' + TEMPLATE.fragment(table) + b"</z:W>"
    assert canonical(around) == around
