"""What a person reads of each error, and what no error ever holds."""

from __future__ import annotations

import pytest

from caducee.errors import CaduceeError, Retry
from caducee_mss import errors
from caducee_mss.errors import MssRecipientRefused, MssServerRefused, MssTooLarge, explain, without_addresses

OURS = [
    e
    for e in vars(errors).values()
    if isinstance(e, type) and issubclass(e, CaduceeError) and e.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", OURS, ids=lambda e: e.__name__)
def test_each_error_has_a_code_of_its_own_and_words(error: type[CaduceeError]) -> None:
    told = explain(error.code)
    assert told is not None
    assert told.sentence == error.sentence
    assert told.remedy
    assert [e.code for e in OURS].count(error.code) == 1


def test_an_unknown_code_is_explained_by_others() -> None:
    assert explain("service.timeout") is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("<275036399900105@patient.test.mssante.fr>: unknown", "<…>: unknown"),
        ("no such user 2750363999001 here", "no such user … here"),
        ("user 2A5036399900105 here", "user … here"),
        ("5.1.1 mailbox unknown", "5.1.1 mailbox unknown"),
    ],
)
def test_a_servers_words_are_kept_without_who_they_name(words: str, kept: str) -> None:
    assert without_addresses(words) == kept


def test_no_error_prints_who_was_refused() -> None:
    words = "550 5.1.1 <alice@medecin.test.mssante.fr> unknown"
    for error in (MssRecipientRefused(550, "5.1.1", text=words), MssServerRefused("MAIL", text=words)):
        assert "alice" not in f"{error}{error!r}{error.service_text}{error.explain()}"


def test_both_sizes_are_told_when_known() -> None:
    assert "26.0 Mo ; maximum : 25.0 Mo" in MssTooLarge(25_000_000, 26_000_000).explain().sentence
    assert "maximum" not in MssTooLarge(0, 26_000_000).explain().sentence


def test_what_may_be_tried_again_says_so() -> None:
    later = {e.__name__ for e in OURS if e.retry is Retry.LATER}
    assert later == {
        "MssAuthRefused",
        "MssBoxRenumbered",
        "MssBusy",
        "MssNotSecure",
        "MssRevocationUnknown",
        "MssSessionEnded",
    }
