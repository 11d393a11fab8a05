"""Other boxes of whose mail came back."""

from __future__ import annotations

import pytest

from caducee.contracts.directory import DIRECTORY, DirectoryEntry, DirectoryOrganisation, Mailbox, MailboxKind
from caducee.testing import FakeDirectory
from caducee_mss.sending.alternatives import other_boxes
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio
ROUX, CLINIC = "899700000017", "326000000000014"


class Strict(FakeDirectory):
    """Takes the number of a person only where a person is asked for, as the national directory does."""

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        assert len(identifier) == 12, "no identifier of a person"
        return await super().professional(identifier)


def box(name: str, owner: str, *, rank: int = 0, listed: bool = True) -> Mailbox:
    kind = MailboxKind.PERSONAL if owner == ROUX else MailboxKind.ORGANISATION
    return Mailbox(address=f"{name}@m.mssante.fr", kind=kind, owner=owner, rank=rank, listed=listed)


def place(identifier: str, *boxes: Mailbox) -> DirectoryEntry:
    return DirectoryEntry(
        identifier=identifier, family_name="ROUX", given_name="Camille", profession="10", mailboxes=boxes
    )


async def others(directory: FakeDirectory, *addresses: str) -> list[str]:
    desk = Desk()
    desk._lent[DIRECTORY.name] = directory
    return [one.address for one in await other_boxes(desk, addresses)]  # type: ignore[arg-type]


async def test_the_boxes_of_every_place_come_the_preferred_one_first_and_none_that_is_gone_or_unlisted() -> None:
    here = place(ROUX, box("gone", ROUX, rank=1), box("z", ROUX), box("hidden", ROUX, listed=False))
    there = place(ROUX, box("a", ROUX), box("preferred", ROUX, rank=2))
    found = await others(Strict(here, there), "gone@m.mssante.fr")
    assert found == ["preferred@m.mssante.fr", "a@m.mssante.fr", "z@m.mssante.fr"]


async def test_an_organisation_is_not_asked_for_as_a_person() -> None:
    clinic = DirectoryOrganisation(identifier=CLINIC, name="X", mailboxes=(box("gone", CLINIC), box("care", CLINIC)))
    assert await others(Strict(organisations=(clinic,)), "gone@m.mssante.fr") == ["care@m.mssante.fr"]


async def test_a_person_without_number_has_the_boxes_that_are_known() -> None:
    assert await others(Strict(place("", box("gone", ""), box("b", ""))), "gone@m.mssante.fr") == ["b@m.mssante.fr"]


async def test_without_a_directory_there_are_none() -> None:
    assert await other_boxes(Desk(), ["a@m.mssante.fr"]) == ()  # type: ignore[arg-type]
