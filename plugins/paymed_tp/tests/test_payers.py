from __future__ import annotations

import binascii
import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import ServiceUnavailable
from caducee.model.environment import Environment
from caducee_paymed_tp.errors import CardFault, CardUnknown
from caducee_paymed_tp.payers.card import GS, SimulatedCards
from caducee_paymed_tp.payers.ports import Beneficiary, PricedLine
from caducee_paymed_tp.payers.register import Agreement, Payer, Payers
from caducee_paymed_tp.payers.simulated import SimulatedAmc

from .practice import invoice, wire

TODAY = date(2026, 1, 5)
KEY = b"k" * 32
read_card = SimulatedCards()
REGISTER = Payers(
    {
        "CPAM751": Payer(name="CPAM PARIS", accounts=("FR7610000000000000000000001",)),
        "CPAM": Payer(name="CPAM P"),
        "0775627391": Payer(
            name="Mutuelle d'essai",
            agreements=(Agreement(convention="SP", since=date(2025, 1, 1), until=date(2025, 12, 31)),),
        ),
    }
)


def card(member: str = "12345", *, amc: str = "0775627391", convention: str = "SP") -> bytes:
    body = GS.join(("SIMAMC1", amc, convention, "C01", member, "20260101", "20261231", "1")).encode()
    return body + GS.encode() + f"{binascii.crc_hqx(body, 0xFFFF):04X}".encode()


def test_the_five_items_of_a_simulated_card():
    read = read_card(card())
    assert (read.amc, read.convention, read.csr, read.member) == ("0775627391", "SP", "C01", "12345")
    assert read.valid_on(date(2026, 12, 31))
    assert not read.valid_on(date(2027, 1, 1))
    assert read.simulated


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    return content + GS.encode() + hmac.digest(key, content, hashlib.sha256).hex()[:32].encode()


def why(content: bytes, reader: SimulatedCards = read_card) -> CardFault:
    with pytest.raises(CardUnknown) as caught:
        reader(content)
    return caught.value.fault


@pytest.mark.parametrize("content", [b"", b"OTHER", b"SIMAMC2\x1d", b"DC04FR000001"])
def test_a_card_of_another_profile_is_refused_as_such(content: bytes):
    assert why(content) is CardFault.OTHER_PROFILE


@pytest.mark.parametrize(
    "content", [b"SIMAMC1\x1d", card()[:-1] + b"x", card(amc="12"), card("X" * 16), card(convention="sp"), card() * 2]
)
def test_a_damaged_card_is_refused_as_such(content: bytes):
    assert why(content) is CardFault.DAMAGED


@given(at=st.integers(0, len(card()) - 1), flip=st.integers(1, 255))
def test_no_single_damaged_byte_goes_through(at: int, flip: int):
    damaged = bytearray(card())
    damaged[at] ^= flip
    with pytest.raises(CardUnknown):
        read_card(bytes(damaged))


def test_with_a_key_only_what_is_sealed_with_it_is_read():
    with_key = SimulatedCards(KEY)
    assert with_key(sealed(card())) == read_card(card())
    assert why(card(), with_key) is CardFault.NOT_SEALED
    assert why(sealed(card(), b"x" * 32), with_key) is CardFault.NOT_SEALED
    assert why(sealed(card()), read_card) is CardFault.NO_KEY


@given(at=st.integers(8, len(card()) - 1), flip=st.integers(1, 255))
def test_a_seal_holds_every_byte_of_a_card(at: int, flip: int):
    changed = bytearray(sealed(card()))
    changed[at] ^= flip
    assert why(bytes(changed), SimulatedCards(KEY)) is CardFault.NOT_SEALED


def test_a_simulated_card_is_none_in_production():
    assert why(card(), SimulatedCards(environment=Environment.PRODUCTION)) is CardFault.SIMULATED


@pytest.mark.parametrize("fault", CardFault)
def test_each_refusal_says_in_french_why_and_what_to_do(fault: CardFault):
    told = [CardUnknown(one).explain() for one in CardFault]
    assert len({one.sentence for one in told}) == len(CardFault)
    assert CardUnknown(fault).explain().remedy


def test_the_account_then_the_longest_name_tells_the_payer():
    assert REGISTER.of(wire(1, creditor="FR76 1000 0000 0000 0000 0000 001")) == "CPAM751"
    assert REGISTER.of(wire(1, "VIR CPAM PARIS 12")) == "CPAM751"
    assert REGISTER.of(wire(1, "VIR MUTUELLE D ESSAI")) == "0775627391"
    assert REGISTER.of(wire(1, "VIR INCONNU")) == ""


def test_a_payer_is_known_by_the_codes_of_returns_too():
    register = Payers({"CPAM751": Payer(name="CPAM de Paris", codes=("0751",))})
    assert [register.key(code) for code in ("751", "CPAM751", "752")] == ["CPAM751", "CPAM751", "752"]
    assert register.named("751") == "CPAM de Paris"


def test_two_payers_in_one_label_are_no_payer():
    assert REGISTER.of(wire(1, "CPAM PARIS POUR MUTUELLE D'ESSAI")) == ""


def test_an_agreement_counts_on_the_day_of_care():
    assert REGISTER.warnings(invoice(1, on=date(2025, 12, 31))) == []
    assert [one.rule for one in REGISTER.warnings(invoice(1, on=TODAY))] == ["tp.no_agreement"]


@pytest.mark.anyio
async def test_simulated_services_say_that_they_are():
    services, read = SimulatedAmc(TODAY), read_card(card())
    rights = await services.rights(read, Beneficiary(birth=date(1979, 3, 5)), on=TODAY)
    priced = await services.price(rights, [PricedLine(code="G", fee=3000, base=3000, rate=70, amo=2100)])
    route = await services.route(read)
    assert route is not None
    assert rights.simulated
    assert priced.simulated
    assert route.simulated
    assert priced.amounts == (900,)


@pytest.mark.anyio
async def test_simulated_rights_play_their_scenarios():
    services, who = SimulatedAmc(TODAY), Beneficiary(birth=date(1979, 3, 5))
    assert not (await services.rights(read_card(card("123C")), who, on=TODAY)).known
    with pytest.raises(ServiceUnavailable):
        await services.rights(read_card(card("123X")), who, on=TODAY)
