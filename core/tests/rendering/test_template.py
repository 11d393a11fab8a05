from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec
import pytest

from caducee.errors import DocumentInvalid
from caducee.rendering import CD, II, TEL, Template, TemplateError


class Item(msgspec.Struct, array_like=True, frozen=True):
    label: str
    value: Decimal
    note: str | None = None


class Letter(msgspec.Struct, array_like=True, frozen=True):
    id: II
    code: CD
    title: str
    time: str
    items: tuple[Item, ...] = ()
    phone: TEL | None = None
    series: II | None = None
    body: bytes = b""
    urgent: bool = False
    count: int = 0


LETTER = Letter(
    id=II("1.2.3"), code=CD("11488-4", "2.16.840.1.113883.6.1", "CR"), title="Été", time="20261125083000+0100"
)
HEAD = b'<t:document xmlns:t="urn:caducee:template:1" model="Letter" as="m" xmlns="urn:hl7-org:v3">'


def compiled(body: str, *preludes: str) -> Template:
    named = [(f"prelude{at}", text.encode()) for at, text in enumerate(preludes)]
    return Template.compile("test.xml", HEAD + body.encode() + b"</t:document>", Letter, named)


def rendered(body: str, letter: Letter = LETTER) -> str:
    return compiled(body).render(letter).decode()


def test_attributes_are_sorted_and_namespaces_are_on_the_root() -> None:
    expected = '<D xmlns="urn:hl7-org:v3" a="1" b="2">Été</D>'
    assert rendered('<D b="2" a="1">{m.title}</D>') == expected


def test_a_fragment_leaves_out_the_namespaces_of_the_root() -> None:
    assert compiled("<D>{m.title}</D>").fragment(LETTER) == "<D>Été</D>".encode()


def test_datatypes_become_attributes() -> None:
    body = '<D><id t:ii="m.id"/><code t:cd="m.code"/><time t:ts="m.time"/><setId t:ii="m.series?"/></D>'
    assert rendered(body) == (
        '<D xmlns="urn:hl7-org:v3"><id root="1.2.3"></id>'
        '<code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="CR"></code>'
        '<time value="20261125083000+0100"></time></D>'
    )


def test_loops_number_from_one_and_optional_attributes_vanish() -> None:
    letter = msgspec.structs.replace(LETTER, items=(Item("a", Decimal("5.00"), "n"), Item("b", Decimal(1))))
    body = '<D><t:for each="i in m.items" index="n"><i id="i{n}" note="{i.note?}">{i.label} {i.value}</i></t:for></D>'
    expected = '<D xmlns="urn:hl7-org:v3"><i id="i1" note="n">a 5.00</i><i id="i2">b 1</i></D>'
    assert rendered(body, letter) == expected
    assert rendered(body) == '<D xmlns="urn:hl7-org:v3"></D>'


def test_conditions_narrow_what_may_be_absent() -> None:
    body = '<D><t:if has="m.phone"><p t:tel="m.phone"/></t:if><t:if lacks="m.phone"><none/></t:if></D>'
    assert rendered(body) == '<D xmlns="urn:hl7-org:v3"><none></none></D>'
    letter = msgspec.structs.replace(LETTER, phone=TEL("tel:1", "WP"))
    assert rendered(body, letter) == '<D xmlns="urn:hl7-org:v3"><p use="WP" value="tel:1"></p></D>'


def test_bytes_are_written_in_base_64_and_scalars_as_xml_writes_them() -> None:
    letter = msgspec.structs.replace(LETTER, body=b"\x00\xff%PDF", urgent=True, count=-3)
    body = "<D>{m.body} {m.urgent} {m.count}</D>"
    assert rendered(body, letter) == '<D xmlns="urn:hl7-org:v3">AP8lUERG true -3</D>'


def test_a_prelude_is_used_where_it_is_named() -> None:
    prelude = (
        '<t:prelude xmlns:t="urn:caducee:template:1" xmlns="urn:hl7-org:v3">'
        '<t:def name="who" of="x"><w><i t:ii="x"/></w></t:def></t:prelude>'
    )
    template = compiled('<D><t:use def="who" of="m.id"/><t:use def="who" of="m.series?"/></D>', prelude)
    assert template.render(LETTER) == b'<D xmlns="urn:hl7-org:v3"><w><i root="1.2.3"></i></w></D>'


def test_a_namespace_may_be_declared_lower_when_it_is_new_there() -> None:
    body = '<D><Role xmlns="urn:other" code="1"/><x:R xmlns:x="urn:x" x:b="2" a="1"/></D>'
    expected = (
        '<D xmlns="urn:hl7-org:v3"><Role xmlns="urn:other" code="1"></Role>'
        '<x:R xmlns:x="urn:x" a="1" x:b="2"></x:R></D>'
    )
    assert rendered(body) == expected


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        ("<D>\n\n{m.titel}</D>", 1, "no field titel"),
        ("<D>\n<x>{m.items}</x></D>", 2, "a list of a Item"),
        ('<D>\n\n<x a="{m.phone.use}"/></D>', 3, "may be absent"),
        ("<D>{m.title?}</D>", 1, "always there"),
        ('<D xmlns:a="urn:a" xmlns:b="urn:a" a:x="1" b:x="2"/>', 1, "already defined"),
        ('<D><id t:ii="m.id" root="1"/></D>', 1, "attribute root twice"),
        ('<D><id t:ii="m.title"/></D>', 1, "t:ii of a text"),
        ('<D><t:for each="i in m.title"/></D>', 1, "not a list"),
        ('<D><t:if has="m.title"/></D>', 1, "always there"),
        ('<D a="x{m.phone.use?}"/>', 1, "the whole attribute"),
        ('<D><t:use def="x" of="m"/></D>', 1, "no t:def x"),
        ("<D><t:raw/></D>", 1, "not expected"),
        ("<D/><D/>", 1, "one element"),
        ("<D>{m.title</D>", 1, "not closed"),
        ("<D", 1, "expected a whitespace"),
    ],
)
def test_a_wrong_template_is_refused_with_its_line(body: str, line: int, why: str) -> None:
    with pytest.raises(TemplateError, match=why) as refused:
        compiled(body)
    assert (refused.value.file, refused.value.line) == ("test.xml", line)


def test_a_fragment_that_uses_itself_is_refused() -> None:
    with pytest.raises(TemplateError, match="uses itself"):
        compiled('<t:def name="a" of="x"><t:use def="a" of="x"/></t:def><D><t:use def="a" of="m"/></D>')


def test_a_prelude_in_another_namespace_is_refused() -> None:
    prelude = (
        '<t:prelude xmlns:t="urn:caducee:template:1" xmlns="urn:other">\n'
        '<t:def name="w" of="x"><w/></t:def></t:prelude>'
    )
    with pytest.raises(TemplateError, match="not bound") as refused:
        compiled('<D><t:use def="w" of="m.id"/></D>', prelude)
    assert (refused.value.file, refused.value.line) == ("prelude0", 2)


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_forbidden_character_is_refused_and_its_field_named(character: str) -> None:
    letter = msgspec.structs.replace(LETTER, items=(Item("a", Decimal(1)), Item(f"b{character}", Decimal(2))))
    template = compiled('<D><t:for each="i in m.items"><i>{i.label}</i></t:for></D>')
    with pytest.raises(DocumentInvalid) as refused:
        template.render(letter)
    (finding,) = refused.value.findings
    assert (finding.field, finding.rule) == ("items[1].label", "xml.character")


@pytest.mark.parametrize("time", ["20260230", "2026-11-25", "20261125246000", ""])
def test_a_time_that_does_not_exist_is_refused_and_its_field_named(time: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        compiled('<D><x t:ts="m.time"/></D>').render(msgspec.structs.replace(LETTER, time=time))
    assert [(f.field, f.rule) for f in refused.value.findings] == [("time", "hl7.time")]


def test_a_value_of_another_type_is_a_defect_of_the_program() -> None:
    with pytest.raises(TemplateError, match="title"):
        compiled("<D>{m.title}</D>").render(msgspec.structs.replace(LETTER, title=3))
    with pytest.raises(TemplateError, match="Item given to a template of Letter"):
        compiled("<D>{m.title}</D>").render(Item("a", Decimal(1)))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(TemplateError, match=r"no file absent\.xml in caducee\.rendering"):
        Template.load("caducee.rendering", "absent.xml", Letter)


def test_seal_gives_the_document_and_its_digests() -> None:
    template = compiled("<D>{m.title}</D>")
    document, sha1, sha256 = template.seal(LETTER)
    assert document == template.render(LETTER)
    assert (len(sha1), len(sha256)) == (20, 32)


@pytest.mark.parametrize("value", [None, -1, 2**64, float("nan"), [], {"a": object()}, b"x", object()])
def test_no_value_makes_it_raise_anything_else(value: object) -> None:
    with pytest.raises(TemplateError):
        compiled("<D>{m.title}</D>").render(msgspec.structs.replace(LETTER, title=value, count=2**70))
    with pytest.raises(TemplateError):
        compiled("<D/>").render(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_a_template_nested_beyond_reason_is_refused(depth: int) -> None:
    with pytest.raises(TemplateError):
        compiled("<D>" * depth + "</D>" * depth)


def test_a_prelude_may_come_from_another_package() -> None:
    from caducee.cda.header import N1, PRELUDES

    template = Template.load("caducee.cda", "templates/n1.xml", N1, PRELUDES)
    assert isinstance(template, Template)


def test_threads_share_a_template() -> None:
    template = compiled('<D><t:for each="i in m.items">{i.label}</t:for></D>')
    letters = [msgspec.structs.replace(LETTER, items=(Item(str(at) * 1000, Decimal(at)),) * 50) for at in range(8)]
    alone = [template.render(letter) for letter in letters]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(template.render, letters * 10)) == alone * 10
