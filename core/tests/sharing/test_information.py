"""What patients are told is dated, printable, and chosen by their age."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from caducee.config.model import SharingConfig
from caducee.errors import ConfigError, ConsentMissing
from caducee.model.patient import Guardian, Patient
from caducee.sharing.basis import CareTeam, ExplicitConsent, require_basis
from caducee.sharing.information import information, informations, to_page
from caducee.sharing.minors import Maturity, is_minor, maturity, texts_for
from caducee.testing import kernel_for

from .people import QUALIFIED, TRAITS

pytestmark = pytest.mark.anyio


def born(day: str) -> Patient:
    return msgspec.structs.replace(QUALIFIED, traits=msgspec.structs.replace(TRAITS, birth_date=day))


def test_there_is_a_text_for_each_situation_and_each_says_where_its_words_come_from() -> None:
    assert [one.key for one in informations()] == ["adult", "minor", "representatives", "first_access", "feeding"]
    assert {one.confidence for one in informations()} == {"written_here"}
    assert all(one.source.strip() and one.paragraphs for one in informations())


def test_the_text_of_a_day_is_the_latest_that_holds(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    row = '[[information]]\nkey = "adult"\nsince = {}\ntitle = "{}"\nparagraphs = ["x"]\nsource = "s"\n'
    row += 'confidence = "official"\n'
    own.write_text(row.format("2026-01-01", "un") + row.format("2026-06-01", "deux"), encoding="utf-8")
    assert information("adult", on=date(2026, 5, 31), own=own).title == "un"
    assert information("adult", on=date(2026, 6, 1), own=own).title == "deux"
    with pytest.raises(ConfigError):
        information("adult", on=date(2025, 12, 31), own=own)


def test_a_printed_text_stands_alone_and_shows_its_date() -> None:
    page = to_page(information("first_access", on=date(2026, 11, 28)), practice="Cabinet <Roux>")
    assert "Cabinet &lt;Roux&gt;" in page
    assert "Édition du 01/11/2026" in page
    assert "historique de Mon espace santé" in page
    assert "<script" not in page
    assert "http" not in page


@pytest.mark.parametrize(
    ("birth_date", "minor"),
    [
        ("2008-11-29", True),
        ("2008-11-28", False),
        ("2008-12", True),
        ("2008", False),
        ("2009-00-00", True),
        ("1975-03-12", False),
    ],
)
def test_a_patient_is_a_minor_until_the_day_of_their_majority(birth_date: str, minor: bool) -> None:
    assert is_minor(born(birth_date), on=date(2026, 11, 28), majority=18) is minor


@pytest.mark.parametrize(
    ("birth_date", "found"),
    [
        ("2008-11-29", Maturity.MINOR),
        ("2008-11-28", Maturity.ADULT),
        ("2009-00-00", Maturity.MINOR),
        ("2007-00-00", Maturity.ADULT),
        ("2008-00-00", Maturity.UNKNOWN),
        ("2008-11-00", Maturity.UNKNOWN),
        ("2008-10-00", Maturity.ADULT),
        ("2008", Maturity.UNKNOWN),
        ("2009-22-12", Maturity.MINOR),
        ("0000-00-00", Maturity.UNKNOWN),
        ("", Maturity.UNKNOWN),
        ("inconnue", Maturity.UNKNOWN),
        ("2026-11-29", Maturity.UNKNOWN),
        ("2026-11-28", Maturity.MINOR),
    ],
)
def test_a_birth_date_tells_a_minor_an_adult_or_neither(birth_date: str, found: Maturity) -> None:
    assert maturity(born(birth_date), on=date(2026, 11, 28), majority=18) is found


def test_a_birth_date_without_month_may_be_of_the_first_of_january() -> None:
    assert maturity(born("2008-00-00"), on=date(2026, 1, 15), majority=18) is Maturity.UNKNOWN


def test_somebody_without_birth_date_counts_as_an_adult_for_what_they_are_told() -> None:
    assert not is_minor(born(""), on=date(2026, 11, 28), majority=18)


def test_the_age_is_a_parameter() -> None:
    assert is_minor(born("2010-01-01"), on=date(2026, 11, 28), majority=18)
    assert not is_minor(born("2010-01-01"), on=date(2026, 11, 28), majority=16)


def test_a_minor_and_who_answers_for_them_are_both_told() -> None:
    on = date(2026, 11, 28)
    assert texts_for(born("2015-01-01"), on=on, majority=18) == ("minor", "representatives")
    assert texts_for(born("1975-01-01"), on=on, majority=18) == ("adult",)
    protected = msgspec.structs.replace(born("1975-01-01"), guardians=(Guardian(family_name="ROUX"),))
    assert texts_for(protected, on=on, majority=18) == ("adult", "representatives")


async def test_the_kernel_gives_the_texts_and_offers_the_secret_connection_where_it_is_on(tmp_path: Path) -> None:
    child = born(f"{date.today().year - 10}-01-01")
    async with kernel_for({}, folder=tmp_path) as kernel:
        assert [one.key for one in kernel.sharing.texts_for(child)] == ["minor", "representatives"]
        assert not kernel.sharing.may_connect_secretly(child)
        kernel.sharing._config = SharingConfig(secret_connection=True)
        assert kernel.sharing.may_connect_secretly(child)
        assert not kernel.sharing.may_connect_secretly(QUALIFIED)
        assert not kernel.sharing.may_connect_secretly(born(""))


def test_a_basis_says_who_informed_the_patient_or_how_they_agreed() -> None:
    team = CareTeam(episode="E1", informed_by="Dr Roux", when=datetime(2026, 11, 28, 9, tzinfo=UTC), text="adult")
    assert require_basis(team).named == "care_team E1: adult by Dr Roux on 2026-11-28T09:00:00+00:00"
    consent = ExplicitConsent(consultation="C1", how="de vive voix")
    assert require_basis(consent).named == "explicit_consent C1: de vive voix"
    with pytest.raises(ConsentMissing):
        require_basis(None)
