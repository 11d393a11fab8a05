"""Secure mailboxes in ``telecom`` (Annuaire Santé FHIR guide: as-ext-mailbox-mss-metadata; fr-core email type)."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.contracts.directory import Mailbox, MailboxKind
from caducee_annuaire.fhir.model import ContactPoint, Extension, Resource

_EMAIL_TYPE = "fr-core-contact-point-email-type"
_METADATA = "mailbox-mss-metadata"
_SECURE = "MSSANTE"
_KINDS = {kind.value: kind for kind in MailboxKind}


def mailboxes(resource: Resource, owner: str, *, today: str) -> tuple[Mailbox, ...]:
    """Return the boxes of a resource, the preferred one first; ordinary addresses and closed boxes are left out.

    ``today`` is written ``2026-11-28``.
    """
    boxes = [_mailbox(point, owner) for point in resource.telecom if _is_secure(point) and _is_open(point, today)]
    return tuple(sorted(boxes, key=lambda box: box.rank or len(boxes) + 1_000_000))


def _is_secure(point: ContactPoint) -> bool:
    kinds = {code for extension in _named(point.extension, _EMAIL_TYPE) for code in _codes(extension)}
    return point.system == "email" and "@" in point.value and _SECURE in kinds


def _is_open(point: ContactPoint, today: str) -> bool:
    end = point.period.end if point.period else ""
    return point.use != "old" and not (end and end[:10] < today[: len(end[:10])])


def _mailbox(point: ContactPoint, owner: str) -> Mailbox:
    parts = {part.url: part for extension in _named(point.extension, _METADATA) for part in extension.extension}
    nothing = Extension()
    kind = next((code for code in _codes(parts.get("type", nothing)) if code in _KINDS), "")
    return Mailbox(
        address=point.value.strip(),
        kind=_KINDS[kind],
        owner=owner,
        listed=parts.get("listeRouge", nothing).valueBoolean is not True,
        description=parts.get("description", nothing).valueString,
        service=parts.get("service", nothing).valueString,
        digitization=parts.get("digitization", nothing).valueBoolean,
        rank=point.rank,
    )


def _named(extensions: tuple[Extension, ...], name: str) -> Iterator[Extension]:
    return (one for one in extensions if one.url.endswith(name))


def _codes(extension: Extension) -> Iterator[str]:
    """Every code of an extension: the system is not looked at, drafts give the box type two of them."""
    if extension.valueCodeableConcept is not None:
        yield from (coding.code for coding in extension.valueCodeableConcept.coding)
    if extension.valueCoding is not None:
        yield extension.valueCoding.code
    if extension.valueCode:
        yield extension.valueCode
