"""A record as one JSON file. Bytes are base64, times ISO 8601."""

from __future__ import annotations

import msgspec

from caducee.errors import RecordUnreadable
from caducee.portability.model import VERSION, PortableRecord, digest


def to_json(record: PortableRecord) -> bytes:
    """Write a record."""
    return msgspec.json.encode(record)


def from_json(content: bytes) -> PortableRecord:
    """Read a record, and compare each document with its hash.

    Raises:
        RecordUnreadable: not a record, one of a later version, or documents that are not those that were written.
    """
    try:
        record = msgspec.json.decode(content, type=PortableRecord)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RecordUnreadable("not a record, or not one that this version knows") from None
    if record.version > VERSION:
        raise RecordUnreadable(f"a record of version {record.version}, this program knows {VERSION}")
    for document in record.sent:
        if document.content is not None and digest(document.content) != document.sha256:
            raise RecordUnreadable("a document does not have the hash that was written with it")
    return record
