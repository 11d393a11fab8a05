"""TD2.1 and TD2.2: feed the DMP (ITI-41). What is signed and stored once, then sent as often as needed.

TD2.2 is the same message: an employee's card opens the connection and signs the set, and they are its author.
"""

from __future__ import annotations

import hashlib

import msgspec

from caducee.contracts.delivery import Envelope
from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.model.practice import Practitioner
from caducee.wire.mtom import Attachment
from caducee.wire.namespaces import RS
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.entry import extrinsic, ins_of
from caducee.wire.xds.outcome import RegistryOutcome, read_outcome
from caducee.wire.xds.signature_entry import SignatureDocument, signature_extrinsic
from caducee.wire.xds.submission import (
    ACTION,
    Folder,
    SubmissionSet,
    SubmissionWriter,
    author_slots,
    replaces,
    signs,
)
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Mode, Right

ENDPOINT = "repository"
_SIGNATURE = "Signature01"


class Prepared(msgspec.Struct, frozen=True, kw_only=True, tag="td21/1"):
    """What ``prepare`` fixed: the ITI-41 body, the signature of the set, the mode. The documents are kept elsewhere."""

    body: bytes
    signature: bytes
    mode: str = Mode.DIRECT


class SetIdentifiers(msgspec.Struct, frozen=True, kw_only=True):
    """What a set is known by: its OID, that of its signature, its time (UTC), fixed before anything is signed."""

    set_id: str
    signature_id: str
    submission_time: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a set. ``replaced`` is the registry's identifier (entryUUID) of the one that it replaces."""

    entry: DocumentEntry
    content: bytes
    masks: tuple[Code, ...] = ()
    replaced: str | None = None


class Feed:
    """Writes the submission sets of one installation."""

    def __init__(self, *, source_id: str, content_type: Code, emit_hash: bool) -> None:
        self._writer = SubmissionWriter()
        self._source_id = source_id
        self._content_type = content_type
        self._emit_hash = emit_hash

    def prepare(
        self,
        identifiers: SetIdentifiers,
        documents: tuple[Outgoing, ...],
        *,
        author: Practitioner,
        signature: bytes,
        mode: Mode = Mode.DIRECT,
        folder: Folder | None = None,
    ) -> bytes:
        """Return what ``request`` needs beside the documents, to be stored. All are of one patient."""
        made = SignatureDocument(
            unique_id=identifiers.signature_id,
            submission_time=identifiers.submission_time,
            sha1=hashlib.sha1(signature, usedforsecurity=False).hexdigest(),
            size=len(signature),
        )
        symbols = [_symbol(n) for n in range(len(documents))]
        described = tuple(
            extrinsic(one.entry, symbol=symbol, with_hash=self._emit_hash, more_confidentiality=one.masks)
            for symbol, one in zip(symbols, documents, strict=True)
        )
        body = self._writer.write(
            SubmissionSet(
                unique_id=identifiers.set_id,
                source_id=self._source_id,
                submission_time=identifiers.submission_time,
                patient=ins_of(documents[0].entry),
                author=author,
                content_type=self._content_type,
            ),
            entries=(*described, signature_extrinsic(made, described[0], author_slots(author), symbol=_SIGNATURE)),
            links=(
                signs(_SIGNATURE),
                *(replaces(s, one.replaced) for s, one in zip(symbols, documents, strict=True) if one.replaced),
            ),
            attachments=_attachments([one.content for one in documents], signature),
            folder=folder,
            filed=tuple(symbols),
        )
        return msgspec.msgpack.encode(Prepared(body=body, signature=signature, mode=mode))


def identifiers_of(envelope: Envelope) -> SetIdentifiers:
    """Return what the outbox fixed for the set of one document."""
    return SetIdentifiers(
        set_id=envelope.set_id, signature_id=envelope.signature_id, submission_time=envelope.submission_time
    )


def mode_of(prepared: bytes) -> Mode:
    """Return the mode that was fixed when the set was signed."""
    return Mode(msgspec.msgpack.decode(prepared, type=Prepared).mode)


def request(documents: tuple[bytes, ...], prepared: bytes) -> Call:
    """Return the call: the stored body, the exact bytes of the documents and of the signature."""
    stored = msgspec.msgpack.decode(prepared, type=Prepared)
    return Call(
        right=Right.FEED,
        endpoint=ENDPOINT,
        action=ACTION,
        body=stored.body,
        attachments=_attachments(documents, stored.signature),
        changes=True,
    )


def read(answer: SoapAnswer) -> RegistryOutcome:
    """Read the RegistryResponse.

    Raises:
        ProtocolViolation: another answer.
    """
    if answer.body.tag != f"{{{RS}}}RegistryResponse":
        raise ProtocolViolation(SERVICE, "not a RegistryResponse")
    return read_outcome(answer.body, service=SERVICE)


def _symbol(position: int) -> str:
    return f"Document{position + 1:02d}"


def _attachments(documents: list[bytes] | tuple[bytes, ...], signature: bytes) -> tuple[Attachment, ...]:
    named = [(f"document{n + 1:02d}@caducee", content) for n, content in enumerate(documents)]
    named.append(("signature01@caducee", signature))
    return tuple(
        Attachment(content_id=content_id, content_type="text/xml", content=content) for content_id, content in named
    )
