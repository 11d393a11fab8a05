"""Other boxes of the owner of an address, from the directory."""

from __future__ import annotations

from collections.abc import Iterable

from caducee.contracts.directory import DIRECTORY, Directory, DirectoryEntry, Mailbox
from caducee.contracts.plugin import PluginContext
from caducee.errors import CapabilityMissing


async def other_boxes(context: PluginContext, addresses: Iterable[str]) -> tuple[Mailbox, ...]:
    """Return the boxes that the owners of these addresses have beside them, the preferred one first."""
    gone = {address.lower() for address in addresses}
    if not gone:
        return ()
    try:
        async with context.use(DIRECTORY) as directory:
            found = [box for address in sorted(gone) for box in await _of_owners(directory, address)]
    except CapabilityMissing:
        return ()
    kept = {box.address.lower(): box for box in found if box.listed and box.address.lower() not in gone}
    return tuple(sorted(kept.values(), key=lambda box: (box.rank or len(kept) + 1, box.address)))


async def _of_owners(directory: Directory, address: str) -> tuple[Mailbox, ...]:
    """The directory may list a professional in several places: each of them has its boxes."""
    boxes: list[Mailbox] = []
    for owner in await directory.mailbox(address):
        boxes += owner.mailboxes
        if isinstance(owner, DirectoryEntry) and owner.identifier:
            for place in await directory.professional(owner.identifier):
                boxes += place.mailboxes
    return tuple(boxes)
