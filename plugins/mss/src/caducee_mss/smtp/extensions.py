"""What a server offers in its answer to EHLO (RFC 5321, 4.1.1.1)."""

from __future__ import annotations

import msgspec

from caducee_mss.smtp.replies import Reply


class Extensions(msgspec.Struct, frozen=True):
    """The extensions by name, upper case, with their parameters."""

    offered: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, reply: Reply) -> Extensions:
        """Read an answer to EHLO; its first line is the server's name."""
        offered: dict[str, tuple[str, ...]] = {}
        for line in reply.lines[1:]:
            # Some old servers write AUTH=LOGIN.
            words = line.upper().replace("AUTH=", "AUTH ", 1).split()
            if words:
                offered[words[0]] = offered.get(words[0], ()) + tuple(words[1:])
        return cls(offered)

    def __contains__(self, name: str) -> bool:
        return name in self.offered

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms."""
        return self.offered.get("AUTH", ())

    @property
    def largest(self) -> int | None:
        """The largest message in bytes (RFC 1870, 4), ``None`` when the server does not say or has no limit."""
        stated = self.offered.get("SIZE", ())
        return int(stated[0]) or None if stated and stated[0].isdecimal() else None
