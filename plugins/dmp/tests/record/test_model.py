from __future__ import annotations

import pytest

from caducee_dmp.record.model import Choice, Followed, IndexedDocument, Standing, Synchronised

from .held_record import HeldRecord


@pytest.mark.parametrize("years", [1, 2])
def test_an_automatic_search_may_go_back_one_year_or_two(years: int) -> None:
    assert Choice(years=years).years == years


@pytest.mark.parametrize("batch", [1, 20, 500])
def test_a_batch_holds_one_document_to_five_hundred(batch: int) -> None:
    assert Choice(batch=batch).batch == batch


@pytest.mark.parametrize("batch", [0, 501])
def test_a_batch_of_none_or_of_too_many_is_refused(batch: int) -> None:
    with pytest.raises(ValueError, match="500"):
        Choice(batch=batch)


def test_what_is_chosen_unless_said_otherwise_is_what_an_automatic_search_may() -> None:
    assert Choice() == Choice(years=2, types=(), batch=20)


def test_a_document_is_neither_here_nor_held_nor_refused_unless_it_is_said() -> None:
    dmp = HeldRecord()
    document = IndexedDocument(entry=dmp.entry(dmp.feed()))
    assert (document.standing, document.held, document.kept) == (Standing.CURRENT, False, False)
    assert (document.replaced_by, document.trouble) == ("", "")


def test_a_synchronisation_did_nothing_and_a_record_was_never_opened_unless_it_is_said() -> None:
    done = Synchronised(first=True, listed=0)
    assert (done.filtered, done.fetched, done.notices, done.troubled) == (False, 0, (), ())
    assert Followed() == Followed(last_call="", since="", searched=(), types=(), refused="")
