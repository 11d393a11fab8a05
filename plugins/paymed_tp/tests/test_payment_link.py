from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.errors import LinkRefused
from caducee_paymed_tp.payment_link.provider import read_webhook
from caducee_paymed_tp.payment_link.token import new_id, sign, verify
from caducee_sandbox.tp.provider import FakeProvider

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_a_token_opens_its_link_until_it_expires():
    link = new_id()
    token = sign(link, LATER, key=KEY)
    assert verify(token, key=KEY, now=NOW) == link
    with pytest.raises(LinkRefused):
        verify(token, key=KEY, now=LATER)


def test_a_token_of_another_key_is_refused():
    with pytest.raises(LinkRefused):
        verify(sign(new_id(), LATER, key=OTHER), key=KEY, now=NOW)


@given(at=st.integers(0, 48), character=st.sampled_from("ABCxyz019-_"))
def test_a_changed_token_is_refused(at: int, character: str):
    token = sign("00" * 16, LATER, key=KEY)
    changed = token[:at] + character + token[at + 1 :]
    if changed != token:
        with pytest.raises(LinkRefused):
            verify(changed, key=KEY, now=NOW)


@given(text=st.text(max_size=80))
def test_anything_else_is_refused(text: str):
    with pytest.raises(LinkRefused):
        verify(text, key=KEY, now=NOW)


def test_the_fake_provider_signs_what_we_verify():
    provider = FakeProvider(KEY)
    provider.create("ab" * 16, 2500)
    first, second = provider.paid("ab" * 16, times=2)
    said = read_webhook(*first, key=KEY)
    assert (said.amount, said.fee, first) == (2500, 40, second)


def test_a_message_that_was_changed_is_refused():
    provider = FakeProvider(KEY)
    provider.create("ab" * 16, 2500)
    ((body, signature),) = provider.paid("ab" * 16)
    with pytest.raises(LinkRefused):
        read_webhook(body.replace(b"2500", b"2501"), signature, key=KEY)
