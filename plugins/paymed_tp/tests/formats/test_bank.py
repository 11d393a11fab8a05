from __future__ import annotations

from datetime import date

import pytest

from caducee_paymed_tp.formats.bank import BankEntry, EntryStatus, check_balances, ranked
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

PLACE = Place(format="test")


def entry(amount: int, **more: object) -> BankEntry:
    told = {"booked": date(2026, 1, 12), "value": None, "currency": "EUR", "label": "VIR", **more}
    return BankEntry(amount=amount, **told)  # type: ignore[arg-type]


def test_balances_that_agree_are_verified_and_a_missing_one_is_not() -> None:
    assert check_balances(100, 150, [entry(50)], place=PLACE)
    assert not check_balances(None, 150, [entry(50)], place=PLACE)


@pytest.mark.parametrize("closing", [149, 151, -150])
def test_balances_that_contradict_are_never_accepted(closing: int) -> None:
    with pytest.raises(FormatFault, match="balance"):
        check_balances(100, closing, [entry(50)], place=PLACE)


def test_only_what_is_booked_counts() -> None:
    assert check_balances(100, 100, [entry(50, status=EntryStatus.PENDING)], place=PLACE)


def test_a_fingerprint_tells_accounts_days_and_alike_entries_apart() -> None:
    one, two = ranked([entry(50), entry(50)])
    names = {
        one.fingerprint("A"),
        two.fingerprint("A"),
        one.fingerprint("B"),
        entry(50, booked=date(2026, 1, 13)).fingerprint("A"),
        entry(50, label="X").fingerprint("A"),
    }
    assert len(names) == 5


def test_a_fingerprint_does_not_depend_on_the_place_in_the_file() -> None:
    assert entry(50, offset=10, record=1).fingerprint("A") == entry(50, offset=99, record=7).fingerprint("A")
