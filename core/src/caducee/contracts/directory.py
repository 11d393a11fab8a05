"""The health directory, as other plugins see it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.services import ServiceKey


class MailboxKind(StrEnum):
    """Whose mailbox: one person's, an organisation's, or an application's."""

    PERSONAL = "PER"
    ORGANISATION = "ORG"
    APPLICATION = "APP"


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """A secure mailbox. ``listed`` is false for one that its owner keeps out of lists."""

    address: str
    kind: MailboxKind
    owner: str
    listed: bool = True


class DirectoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A professional in one place of practice. ``identifier`` is the PS_IdNat, codes as in TRE_G15 and TRE_R01."""

    identifier: str
    family_name: str
    given_name: str
    profession: str
    specialty: str = ""
    structure: str = ""
    structure_name: str = ""
    mailboxes: tuple[Mailbox, ...] = ()


class Directory(Protocol):
    """Ask the directory."""

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return every place of practice of one professional; empty when unknown.

        Raises:
            ServiceUnavailable: the directory does not answer.
        """
        ...

    async def search(self, name: str, *, profession: str = "", postal_code: str = "") -> tuple[DirectoryEntry, ...]:
        """Search by name.

        Raises:
            ServiceUnavailable: the directory does not answer.
        """
        ...


DIRECTORY: ServiceKey[Directory] = ServiceKey("directory")
