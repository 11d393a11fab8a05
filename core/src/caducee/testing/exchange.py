"""What a scripted service receives and says, and the ways it fails."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec


class Outage(StrEnum):
    """A way to fail. What each leaves at the service matters: some fail after the work was done.

    ``DUPLICATE`` does the work twice and gives the second answer. ``ERROR_500`` and ``DROPPED`` do nothing. The others
    do the work: ``SLOW`` answers late, ``LOST`` never, ``HTML`` something else, ``TRUNCATED`` a part, ``ENDLESS`` and
    ``DRIBBLE`` without end, fast or byte by byte. What a page of ``HTML`` or ``ERROR_500`` says repeats the request, as
    real ones do.
    """

    DOWN = "down"
    DROPPED = "dropped"
    SLOW = "slow"
    LOST = "lost"
    DUPLICATE = "duplicate"
    HTML = "html"
    TRUNCATED = "truncated"
    ENDLESS = "endless"
    DRIBBLE = "dribble"
    ERROR_500 = "http500"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What came: ``path`` with its query, header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return msgspec.json.decode(self.body)


class Answer(msgspec.Struct, frozen=True):
    """What is answered."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"

    @classmethod
    def of_json(cls, value: Any, *, status: int = 200) -> Answer:
        """Answer a value as JSON."""
        return cls(msgspec.json.encode(value), status)
