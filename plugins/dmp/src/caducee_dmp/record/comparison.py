"""What happened to a document between two descriptions of it. Pure."""

from __future__ import annotations

import msgspec

from caducee.model.codes import Code
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.record.model import IndexedDocument, News, Standing

OBSOLETE = "Deprecated"
_STANDINGS = {"Approved": Standing.CURRENT, "Archived": Standing.ARCHIVED, "Deleted": Standing.DELETED}
_SAID = {Standing.ARCHIVED: News.ARCHIVED, Standing.DELETED: News.DELETED}
_VERSIONING = {"entry_uuid": "", "version": "", "status": ""}


def standing(entry: FoundEntry) -> Standing:
    """Return where a document stands by the state of its entry; a state without name is a current one."""
    return _STANDINGS.get(entry.status, Standing.CURRENT)


def described_again(known: IndexedDocument, entry: FoundEntry) -> tuple[IndexedDocument, News | None]:
    """Return the document with its new description, and what there is to tell, if anything.

    A description older than the one that is known changes nothing. Bytes of another hash are not those that are kept.
    """
    if _older(entry, known.entry):
        return known, None
    now = standing(entry)
    other_bytes = bool(entry.sha1 and known.entry.sha1 and entry.sha1 != known.entry.sha1)
    document = msgspec.structs.replace(
        known,
        entry=entry,
        standing=now,
        replaced_by="",
        kept=known.kept and not other_bytes,
        trouble="" if other_bytes else known.trouble,
    )
    if now is not known.standing:
        return document, _SAID.get(now, News.RESTORED)
    return document, News.CHANGED if _said_otherwise(known.entry, entry) else None


def codes_changed(before: FoundEntry, after: FoundEntry) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    """Return the confidentiality codes that came and those that went."""
    old = {(code.code, code.system) for code in before.confidentiality}
    new = {(code.code, code.system) for code in after.confidentiality}
    added = tuple(code for code in after.confidentiality if (code.code, code.system) not in old)
    removed = tuple(code for code in before.confidentiality if (code.code, code.system) not in new)
    return added, removed


def _said_otherwise(before: FoundEntry, after: FoundEntry) -> bool:
    """A new version of the metadata that says the same is nobody's news."""
    if any(codes_changed(before, after)):
        return True
    comparable = {"confidentiality": (), **_VERSIONING}
    return msgspec.structs.replace(before, **comparable) != msgspec.structs.replace(after, **comparable)


def _older(entry: FoundEntry, known: FoundEntry) -> bool:
    """Without two numbers the description that came last holds: a deletion is not to be missed for want of one."""
    numbered = all(one.version.isascii() and one.version.isdigit() for one in (entry, known))
    return numbered and int(entry.version) < int(known.version)
