from __future__ import annotations

from datetime import date

import pytest

from caducee.contracts.credentials import CARD_ACCESS, CardAccess, CardHolder
from caducee.contracts.directory import (
    DIRECTORY,
    Directory,
    DirectoryEntry,
    DirectoryOrganisation,
    Mailbox,
    MailboxKind,
    Reach,
)
from caducee.contracts.identity import IDENTITY, Identity, InsAnswer, InsOutcome
from caducee.contracts.rights import RIGHTS, Cover, Rights, RightsAnswer
from caducee.contracts.session import PROFESSIONAL_SESSION, ProfessionalSession
from caducee.errors import CardAbsent, PinWrong, SessionExpired
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, Sex, Traits
from caducee.model.practice import Actor
from caducee.testing import FakeCardAccess, FakeDirectory, FakeIdentity, FakeProfessionalSession, FakeRights

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("roux")
TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
INS = Ins(matricule="275036399930194", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
HOLDER = CardHolder(
    serial="1", label="CPS", identifier="8", family_name="R", given_name="C", profession="10", not_after="2027-01-01"
)


async def test_a_session_gives_another_token_after_one_was_refused() -> None:
    session: ProfessionalSession = FakeProfessionalSession()
    first = await session.token("roux", acting=DOCTOR)
    await session.evict("roux", first)
    assert (await session.token("roux", acting=DOCTOR)).value != first.value
    assert first.value not in repr(first)


async def test_an_expired_session_asks_for_the_person() -> None:
    session = FakeProfessionalSession()
    session.expired = True
    with pytest.raises(SessionExpired):
        await session.token("roux", acting=DOCTOR)


async def test_an_identity_base_knows_whom_it_was_given() -> None:
    identity: Identity = FakeIdentity({"NESSI-TEST": InsAnswer(outcome=InsOutcome.FOUND, label="", ins=INS)})
    assert (await identity.search(TRAITS, local_id="P1", acting=DOCTOR)).ins == INS


async def test_a_directory_finds_by_identifier_and_by_name() -> None:
    entry = DirectoryEntry(identifier="8", family_name="ROUX", given_name="C", profession="10")
    directory: Directory = FakeDirectory(entry)
    assert await directory.professional("8") == (entry,)
    assert await directory.search("rou", profession="60") == ()


async def test_a_directory_knows_whose_box_it_is_and_suggests_it() -> None:
    box = Mailbox(address="c.roux@medecin.test.mssante.fr", kind=MailboxKind.PERSONAL, owner="8")
    shared = Mailbox(address="accueil@cabinet.test.mssante.fr", kind=MailboxKind.ORGANISATION, owner="4")
    entry = DirectoryEntry(identifier="8", family_name="ROUX", given_name="C", profession="10", mailboxes=(box,))
    cabinet = DirectoryOrganisation(identifier="4", name="Cabinet", mailboxes=(shared,))
    directory: Directory = FakeDirectory(entry, organisations=(cabinet,))
    assert await directory.organisation("4") == cabinet
    assert await directory.mailbox(shared.address) == (cabinet,)
    assert [(one.name, one.mailbox) for one in await directory.suggest("rou", limit=1)] == [("C ROUX", box)]


@pytest.mark.parametrize(
    ("address", "reach", "written"),
    [
        ("a@medecin.test.mssante.fr", Reach.ALLOWED, "a@medecin.test.mssante.fr"),
        ("a@medical.apicrypt.org", Reach.REWRITTEN, "a@interop-mssante.apicrypt.org"),
        ("a@exemple.fr", Reach.REFUSED, ""),
    ],
)
async def test_a_directory_says_what_may_be_written_to(address: str, reach: Reach, written: str) -> None:
    directory: Directory = FakeDirectory()
    found = await directory.recipient(address)
    assert (found.reach, found.address, found.original) == (reach, written, address)


def test_a_professional_without_a_name_is_shown_by_the_identifier() -> None:
    assert DirectoryEntry(identifier="8", family_name="", given_name="", profession="").display_name == "8"


async def test_a_card_counts_its_tries_and_can_be_absent() -> None:
    fake = FakeCardAccess(HOLDER, pin="1234")
    card: CardAccess = fake
    with pytest.raises(PinWrong) as caught:
        await card.open("0000")
    assert caught.value.tries_left == 2
    assert await card.open("1234") == HOLDER
    await card.close()
    fake.present = False
    with pytest.raises(CardAbsent):
        await card.holder()


async def test_rights_are_those_that_were_given() -> None:
    answer = RightsAnswer(
        source="essai", on=date(2026, 1, 1), compulsory=(Cover(regime="01", fund="999"),), assumed=True
    )
    rights: Rights = FakeRights(answer)
    assert await rights.of(INS, on=date(2026, 1, 1), practitioner="roux", acting=DOCTOR) == answer


def test_each_contract_has_a_key_of_its_own() -> None:
    keys = [PROFESSIONAL_SESSION, IDENTITY, DIRECTORY, CARD_ACCESS, RIGHTS]
    assert len({key.name for key in keys}) == len(keys)
