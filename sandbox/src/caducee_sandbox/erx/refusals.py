"""The refusals of the base, with codes of its own."""

from __future__ import annotations

STATUS = {
    "erx.malformed": 400,
    "erx.number": 400,
    "erx.not_entitled": 403,
    "erx.not_author": 403,
    "erx.opposed": 403,
    "erx.not_found": 404,
    "erx.duplicate": 409,
    "erx.dispensed": 409,
    "erx.meanwhile": 409,
    "erx.cancelled": 409,
    "erx.expired": 410,
    "erx.exhausted": 410,
    "erx.ins_not_qualified": 422,
    "erx.ins_unknown": 422,
    "erx.unknown_product": 422,
    "erx.quantity": 422,
    "erx.substitution": 422,
    "erx.maintenance": 503,
}


class Refused(Exception):
    """What the base does not do, and why; ``line`` is the line of the prescription that it is about."""

    def __init__(self, code: str, text: str = "", *, line: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.line = line

    @property
    def status(self) -> int:
        """Return the HTTP status of this refusal."""
        return STATUS[self.code]
