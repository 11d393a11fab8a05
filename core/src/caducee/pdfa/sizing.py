"""Makes a file of pictures with as much detail as its greatest size allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from caducee.pdfa.drawing import drawn
from caducee.pdfa.errors import FileTooLarge
from caducee.pdfa.pictures import Detail, PagePicture
from caducee.pdfa.result import How, PdfaFile

_TRIES = ((200, 85), (200, 60), (150, 60), (120, 45))
_FULL = 200


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller asks for: ``dpi`` in pixels per inch, ``max_bytes`` for the whole file."""

    title: str
    dpi: int
    max_bytes: int

    def titled(self, title: str) -> Wanted:
        """Return the same with a title where none is asked for."""
        return self if self.title else msgspec.structs.replace(self, title=title)


class _TooHeavy(Exception):
    """The pages so far weigh more than the whole file may."""


def within(
    wanted: Wanted, pages: Callable[[Detail], Iterable[PagePicture]], *, how: How, notes: tuple[str, ...]
) -> PdfaFile:
    """Return the file, with a note when its detail was reduced.

    Raises:
        FileTooLarge: it is too heavy whatever its detail.
    """
    for number, (resolution, quality) in enumerate(_TRIES):
        detail = Detail(dpi=round(wanted.dpi * resolution / _FULL), quality=quality)
        try:
            content, count = drawn(_weighed(pages(detail), wanted.max_bytes), wanted.title)
        except _TooHeavy:
            continue
        if len(content) <= wanted.max_bytes:
            less = (f"La finesse a été réduite ({detail.dpi} points par pouce) : le fichier était trop lourd.",)
            return PdfaFile(content=content, pages=count, how=how, notes=notes + less * (number > 0))
    raise FileTooLarge(f"more than {wanted.max_bytes} bytes")


def _weighed(pages: Iterable[PagePicture], limit: int) -> Iterator[PagePicture]:
    total = 0
    for page in pages:
        total += len(page.data)
        if total > limit:
            raise _TooHeavy
        yield page
