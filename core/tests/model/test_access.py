from __future__ import annotations

import pytest

from caducee.errors import CardAbsent, CardRemoved, CredentialError, OtherCard, PinRequired, SessionExpired
from caducee.model.access import Act, Credential, Way, sufficing, way
from caducee.outbox.policy import Policy, Step, decide

TABLE = """
                          card   psc    organisation  none
feed_dmp                  yes    card   yes           card
read_dmp                  yes    card   card          card
search_ins                yes    yes    yes           no
send_mail                 login  yes    login         login
read_mail                 login  yes    login         login
send_mail_as_application  no     no     yes           no
register_prescription     yes    card   card          card
send_invoices             yes    yes    yes           yes
"""
HEAD, *ROWS = (line.split() for line in TABLE.strip().splitlines())
CELLS = [(act, column, said) for act, *row in ROWS for column, said in zip(HEAD, row, strict=True)]


@pytest.mark.parametrize(("act", "credential", "said"), CELLS)
def test_each_act_with_each_credential_at_hand(act: str, credential: str, said: str) -> None:
    assert way(Act(act), {Credential(credential)}) is Way(said)


def test_the_table_has_every_act_and_every_credential() -> None:
    assert {act for act, _, _ in CELLS} == set(Act)
    assert set(HEAD) == set(Credential)


def test_nothing_at_hand_is_the_same_as_none() -> None:
    assert [way(act, ()) for act in Act] == [way(act, {Credential.NONE}) for act in Act]


def test_one_credential_that_suffices_is_enough_and_nobody_is_asked_for_another() -> None:
    assert way(Act.FEED_DMP, {Credential.SESSION, Credential.ORGANISATION}) is Way.YES


def test_what_suffices_is_named_and_what_does_not_is_not() -> None:
    assert sufficing(Act.FEED_DMP, set(Credential)) == (Credential.CARD, Credential.ORGANISATION)
    assert sufficing(Act.SEND_MAIL, {Credential.CARD}) == ()


@pytest.mark.parametrize("error", [SessionExpired(), CardAbsent(), CardRemoved(), OtherCard(), PinRequired()])
def test_the_outbox_waits_for_what_the_table_says(error: CredentialError) -> None:
    decision = decide(error, Step.PREPARE, verdict=None, failures=0, policy=Policy(), roll=0.5)
    waits = Way.WAIT_LOGIN if isinstance(error, SessionExpired) else Way.WAIT_CARD
    assert (decision.state, decision.why) == ("blocked", waits)
