"""Reads one line of a host."""

from __future__ import annotations

import msgspec

from caducee.serve.messages import Reply, Request

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not JSON in UTF-8."""


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is no request and no reply. ``id`` is the one it bears, where it bears one."""

    id: int | str | None
    why: str


class _WithId(msgspec.Struct, frozen=True):
    id: int | str | None = None


def read_line(line: bytes) -> Request | Reply | Unreadable:
    """Return what the line says."""
    try:
        return msgspec.json.decode(line, type=Request)
    except msgspec.ValidationError as misfit:
        return _reply(line) or Unreadable(id=_id_of(line), why=str(misfit))
    except NOT_JSON:
        return Unreadable(id=None, why="not JSON")


def _reply(line: bytes) -> Reply | None:
    try:
        return msgspec.json.decode(line, type=Reply)
    except (msgspec.ValidationError, *NOT_JSON):
        return None


def _id_of(line: bytes) -> int | str | None:
    try:
        return msgspec.json.decode(line, type=_WithId).id
    except (msgspec.ValidationError, *NOT_JSON):
        return None
