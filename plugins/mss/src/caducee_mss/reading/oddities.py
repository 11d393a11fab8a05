"""What is odd in a mail: said with its place, never an error."""

from __future__ import annotations

import msgspec

_MOST = 200


class MailWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Something odd. ``part`` is the number of the part (IMAP), ``place`` a path in an archive.

    ``doubt`` says that nothing of that part may be filed without a person.
    """

    code: str
    message: str
    part: str = ""
    place: str = ""
    doubt: bool = False


class Oddities:
    """Gathers the warnings of one mail; each once, and not without end."""

    def __init__(self) -> None:
        self._found: dict[MailWarning, None] = {}

    def add(self, code: str, message: str, *, part: str = "", place: str = "", doubt: bool = False) -> None:
        """Add a warning."""
        if len(self._found) < _MOST or doubt:
            one = MailWarning(code=code, message=message, part=part, place=place[:200], doubt=doubt)
            self._found.setdefault(one)

    @property
    def found(self) -> tuple[MailWarning, ...]:
        """All of them, in the order they were met."""
        return tuple(self._found)
