"""Versions of a document: what it replaces, who may change it (CI-SIS, errors 900 and 901)."""

from __future__ import annotations

from collections.abc import Iterable

from caducee.cda.oids import PROFESSIONAL, STRUCTURE
from caducee_mss.reading.known import Filed
from caducee_mss.reading.mail import ReceivedDocument

_REPLACES = "RPLC"
_CHANGE = "C"


def replaced_by(document: ReceivedDocument) -> tuple[str, ...]:
    """Return the identifiers of the documents of which this is the next version, as its own header says.

    Metadata with the action ``C`` say that it is one: then whatever the header relates to is what it replaces.
    """
    relations = document.read.header.relations if document.read else ()
    changes = document.action == _CHANGE
    return tuple(one.document_id for one in relations if (changes or one.kind == _REPLACES) and one.document_id)


def authors_of(document: ReceivedDocument) -> tuple[str, ...]:
    """Return the national identifiers of who wrote it."""
    parties = document.read.header.authors if document.read else ()
    return _under(PROFESSIONAL, (one for party in parties for one in party.identifiers))


def organisations_of(document: ReceivedDocument) -> tuple[str, ...]:
    """Return the national identifiers of the structures it comes from."""
    header = document.read.header if document.read else None
    parties = (*header.authors, *filter(None, (header.custodian,))) if header else ()
    return _under(STRUCTURE, (one for party in parties for one in party.organisation_identifiers))


def author_may_change(document: ReceivedDocument, filed: Filed) -> bool:
    """Say whether a document comes from the author of the filed one, or from the same organisation."""
    same_author = set(authors_of(document)) & set(filed.authors)
    return bool(same_author or set(organisations_of(document)) & set(filed.organisations))


def _under(root: str, identifiers: Iterable[str]) -> tuple[str, ...]:
    pairs = (one.partition("^") for one in identifiers)
    return tuple(dict.fromkeys(extension for known, _, extension in pairs if known == root and extension))
