from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.cda.reading.model import Attachment, Block, ReadDocument, Section
from caducee.cda.view import to_html
from caducee.cda.view.facts import instant
from core.tests.cda.samples import ROUX, documents, identifiers_of

BARE = read_document(b'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2"/></ClinicalDocument>')
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def holding(*content: str | Block, attachments: tuple[Attachment, ...] = ()) -> ReadDocument:
    section = Section(title="T", code=None, templates=(), narrative=content, entries=(), sections=())
    return msgspec.structs.replace(BARE, sections=(section,), attachments=attachments)


def block(name: str, *content: str | Block, **attributes: str) -> Block:
    return Block(name, attributes, content)


@pytest.mark.parametrize("name", documents())
def test_a_page_runs_nothing_and_fetches_nothing(sealer: CdaSealer, name: str) -> None:
    document = documents()[name]
    page = to_html(read_document(sealer.seal(document, ROUX, identifiers_of(document)).document))
    tree = parser.fromstring(page)
    assert not tree.xpath("//script|//iframe|//object|//embed|//link|//form|//base")
    assert not [one for one in tree.iter() if any(str(key).startswith("on") for key in one.attrib)]
    assert all(value.startswith(("data:", "#")) for value in tree.xpath("//@src|//@href"))
    assert tree.get("lang") == "fr"
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))


def test_the_head_says_who_what_and_when(sealer: CdaSealer) -> None:
    document = documents()["report, everybody"]
    page = to_html(read_document(sealer.seal(document, ROUX, identifiers_of(document)).document))
    said = parser.fromstring(page).text_content()
    for fact in ("NESSI-TEST", "29 février 2024", "ROUX", "Cabinet du Dr Roux", "25 novembre 2026 à 8 h 30", "PETIT"):
        assert fact in said


@pytest.mark.parametrize("name", ["content", "paragraph", "unknown", "th", "linkHtml", "caption", "item", "table"])
def test_a_hostile_text_or_attribute_stays_a_text(name: str) -> None:
    names = ("ID", "styleCode", "href", "colspan", "rowspan", "scope", "revised", "listType")
    attributes = dict.fromkeys(names, HOSTILE)
    page = to_html(holding(block(name, HOSTILE, **attributes)))
    tree = parser.fromstring(page)
    assert not tree.xpath("//script|//img")
    assert HOSTILE in tree.text_content()


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://exemple.invalid/a?b=c&d", True),
        ("mailto:a@exemple.invalid", True),
        ("#p1", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//exemple.invalid", False),
        ("file:///etc/hosts", False),
    ],
)
def test_only_links_that_a_person_may_follow_are_links(target: str, kept: bool) -> None:
    tree = parser.fromstring(to_html(holding(block("linkHtml", "ici", href=target))))
    assert bool(tree.xpath("//main//a")) is kept
    assert "ici" in tree.text_content()


def test_a_picture_is_in_the_page_and_a_drawing_that_could_run_is_not() -> None:
    files = (
        Attachment(media_type="image/png", content=b"\x89PNG", reference="a"),
        Attachment(media_type="image/svg+xml", content=b"<svg/>", reference="b"),
    )
    shown = block("renderMultiMedia", referencedObject="a b none")
    tree = parser.fromstring(to_html(holding(shown, attachments=files)))
    assert [one.partition(";")[0] for one in tree.xpath("//img/@src")] == ["data:image/png"]
    assert all(tree.xpath("//img/@alt"))


def test_tables_keep_their_spans_their_caption_and_their_headers() -> None:
    table = block(
        "table",
        block("caption", "Résultats"),
        block("thead", block("tr", block("th", "A", colspan="2"))),
        block("tbody", block("tr", block("td", "b", rowspan="2"), block("td", "c", styleCode="Bold Italics"))),
    )
    page = to_html(holding(table))
    assert "<caption>Résultats</caption>" in page
    assert '<th colspan="2" scope="col">A</th>' in page
    assert '<td class="bold italics">c</td>' in page


def trees() -> st.SearchStrategy[Block]:
    names = st.sampled_from(["content", "paragraph", "list", "item", "sub", "br", "footnote", "linkHtml", "strange"])
    return st.recursive(
        st.builds(
            Block, names, st.just({}), st.tuples(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
        ),
        lambda inner: st.builds(Block, names, st.just({}), st.lists(inner, max_size=3).map(tuple)),
        max_leaves=8,
    )


def texts(content: tuple[str | Block, ...]) -> list[str]:
    return [text for one in content for text in ([one] if isinstance(one, str) else texts(one.content))]


@given(trees())
def test_no_word_of_a_narrative_is_lost(tree: Block) -> None:
    said = re.sub(r"\s", "", parser.fromstring(to_html(holding(tree))).text_content())
    for text in texts((tree,)):
        assert re.sub(r"\s", "", text) in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("20261125083000+0100", "25 novembre 2026 à 8 h 30"),
        ("20260101", "1er janvier 2026"),
        ("202603", "mars 2026"),
        ("2026", "2026"),
        ("20260231", "20260231"),
        ("jamais", "jamais"),
        (None, ""),
    ],
)
def test_a_time_is_said_as_far_as_it_is_known(text: str | None, said: str) -> None:
    assert instant(text) == said
