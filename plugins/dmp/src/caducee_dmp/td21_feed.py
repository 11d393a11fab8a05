"""TD2.1: feed the DMP (ITI-41). What is signed and stored once, then sent as often as needed."""

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
from caducee.wire.xds.submission import ACTION, SubmissionSet, SubmissionWriter, replaces, signs
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Mode, Right

ENDPOINT = "repository"
_DOCUMENT, _SIGNATURE = "Document01", "Signature01"
_CONTENT_IDS = ("document01@caducee", "signature01@caducee")


class Prepared(msgspec.Struct, frozen=True, kw_only=True, tag="td21/1"):
    """What ``prepare`` fixed: the ITI-41 body, the signature of the set, the mode. The document is in the envelope."""

    body: bytes
    signature: bytes
    mode: str = Mode.DIRECT


class Feed:
    """Writes the submission sets of one installation."""

    def __init__(self, *, source_id: str, content_type: Code, emit_hash: bool) -> None:
        self._writer = SubmissionWriter()
        self._source_id = source_id
        self._content_type = content_type
        self._emit_hash = emit_hash

    def prepare(
        self,
        envelope: Envelope,
        entry: DocumentEntry,
        *,
        author: Practitioner,
        signature: bytes,
        mode: Mode = Mode.DIRECT,
        replaced: str | None = None,
        masks: tuple[Code, ...] = (),
    ) -> bytes:
        """Return what ``request`` needs beside the envelope, to be stored.

        ``replaced`` is the registry's identifier (entryUUID) of the document that this one replaces; ``masks`` say who
        may not see it.
        """
        made = SignatureDocument(
            unique_id=envelope.signature_id,
            submission_time=envelope.submission_time,
            sha1=hashlib.sha1(signature, usedforsecurity=False).hexdigest(),
            size=len(signature),
        )
        body = self._writer.write(
            SubmissionSet(
                unique_id=envelope.set_id,
                source_id=self._source_id,
                submission_time=envelope.submission_time,
                patient=ins_of(entry),
                author=author,
                content_type=self._content_type,
            ),
            entries=(
                extrinsic(entry, symbol=_DOCUMENT, with_hash=self._emit_hash, more_confidentiality=masks),
                signature_extrinsic(made, entry, symbol=_SIGNATURE, with_hash=self._emit_hash),
            ),
            links=(signs(_SIGNATURE), *([replaces(_DOCUMENT, replaced)] if replaced else [])),
            attachments=_attachments(envelope.document, signature),
        )
        return msgspec.msgpack.encode(Prepared(body=body, signature=signature, mode=mode))


def mode_of(prepared: bytes) -> Mode:
    """Return the mode that was fixed when the set was signed."""
    return Mode(msgspec.msgpack.decode(prepared, type=Prepared).mode)


def request(envelope: Envelope, prepared: bytes) -> Call:
    """Return the call: the stored body, the exact bytes of the document and of the signature."""
    stored = msgspec.msgpack.decode(prepared, type=Prepared)
    return Call(
        right=Right.FEED,
        endpoint=ENDPOINT,
        action=ACTION,
        body=stored.body,
        attachments=_attachments(envelope.document, stored.signature),
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


def _attachments(document: bytes, signature: bytes) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(content_id=content_id, content_type="text/xml", content=content)
        for content_id, content in zip(_CONTENT_IDS, (document, signature), strict=True)
    )
