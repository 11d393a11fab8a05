from __future__ import annotations

import msgspec
import pytest

from caducee.wire.xds.found import FoundEntry
from caducee_dmp.record.comparison import codes_changed, described_again, standing
from caducee_dmp.record.model import IndexedDocument, News, Standing

from .held_record import MASK, NORMAL, HeldRecord


def entry(**said: object) -> FoundEntry:
    dmp = HeldRecord()
    return dmp.entry(dmp.feed(version="2", **said))


def known(**said: object) -> IndexedDocument:
    return IndexedDocument(entry=entry(), **said)  # type: ignore[arg-type]


def again(document: IndexedDocument, **said: object) -> tuple[IndexedDocument, News | None]:
    described = {"version": "3", "entry_uuid": "urn:uuid:again", **said}
    return described_again(document, msgspec.structs.replace(document.entry, **described))


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        ("Approved", Standing.CURRENT),
        ("Archived", Standing.ARCHIVED),
        ("Deleted", Standing.DELETED),
        ("", Standing.CURRENT),
    ],
)
def test_a_document_stands_where_the_state_of_its_entry_says(status: str, stands: Standing) -> None:
    assert standing(entry(status=status)) is stands


def test_a_description_older_than_the_one_that_is_known_changes_nothing() -> None:
    document = known()
    assert again(document, version="1", status="Deleted") == (document, None)


def test_versions_are_counted_and_not_spelled() -> None:
    document = known()
    ninth = msgspec.structs.replace(document, entry=msgspec.structs.replace(document.entry, version="9"))
    assert again(ninth, version="10", status="Archived")[1] is News.ARCHIVED


@pytest.mark.parametrize(("before", "now"), [("2", ""), ("", "2"), ("", ""), ("2", "²"), ("2", "2")])
def test_of_descriptions_without_order_the_one_that_came_last_holds(before: str, now: str) -> None:
    document = known()
    document = msgspec.structs.replace(document, entry=msgspec.structs.replace(document.entry, version=before))
    assert again(document, version=now, status="Deleted")[1] is News.DELETED


@pytest.mark.parametrize(
    ("before", "status", "news"),
    [
        (Standing.CURRENT, "Archived", News.ARCHIVED),
        (Standing.CURRENT, "Deleted", News.DELETED),
        (Standing.ARCHIVED, "Approved", News.RESTORED),
        (Standing.GONE, "Approved", News.RESTORED),
        (Standing.GONE, "Archived", News.ARCHIVED),
        (Standing.ARCHIVED, "Archived", None),
        (Standing.CURRENT, "Approved", None),
    ],
)
def test_another_standing_is_news_and_the_same_is_none(before: Standing, status: str, news: News | None) -> None:
    described, said = again(known(standing=before), status=status)
    assert (described.standing, said) == (standing(described.entry), news)


def test_a_document_restored_is_no_longer_replaced_by_another() -> None:
    assert again(known(standing=Standing.REPLACED, replaced_by="1.2.3"))[0].replaced_by == ""


@pytest.mark.parametrize("said", [{"confidentiality": (NORMAL, MASK)}, {"title": "Autre titre"}])
def test_what_is_said_otherwise_is_news(said: dict[str, object]) -> None:
    assert again(known(), **said)[1] is News.CHANGED


@pytest.mark.parametrize(
    ("hashes", "kept"),
    [(("aa", "bb"), False), (("aa", "aa"), True), (("", "bb"), True), (("aa", ""), True)],
)
def test_bytes_are_kept_unless_both_descriptions_give_another_hash(hashes: tuple[str, str], *, kept: bool) -> None:
    document = known(kept=True, trouble="service.unavailable")
    before = msgspec.structs.replace(document, entry=msgspec.structs.replace(document.entry, sha1=hashes[0]))
    described, _ = again(before, sha1=hashes[1])
    assert (described.kept, described.trouble) == (kept, "service.unavailable" if kept else "")


def test_bytes_that_are_not_here_do_not_come_with_a_description() -> None:
    assert not again(known(kept=False))[0].kept


def test_codes_that_came_and_codes_that_went_are_told_apart() -> None:
    before, after = entry(confidentiality=(NORMAL,)), entry(confidentiality=(MASK,))
    assert codes_changed(before, after) == ((MASK,), (NORMAL,))
    assert codes_changed(before, before) == ((), ())


def test_a_code_whose_words_changed_is_the_same_code() -> None:
    reworded = msgspec.structs.replace(NORMAL, display="Ordinaire")
    assert codes_changed(entry(confidentiality=(NORMAL,)), entry(confidentiality=(reworded,))) == ((), ())
    assert again(known(), confidentiality=(reworded,))[1] is None
