"""Searching the local index: by the beginning of words of a name or of a substance, by CIS, by CIP."""

from __future__ import annotations

import re
import sqlite3
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from caducee.clinical import CIP, CIS, Medicine
from caducee.model.codes import Code
from caducee_eprescription.errors import ProductsUnreadable
from caducee_eprescription.rules.data import folded

_WORD = re.compile(r"[0-9a-z]+")
_HOLDS = re.compile(r"(?:(\d{1,3}) [^\d]*)?\bde (\d{1,4}) (\w+)")
_SQL = """
SELECT product.cis, product.name, product.form, product.substances FROM words JOIN product USING (cis)
WHERE words MATCH ? ORDER BY words.rowid LIMIT ?
"""  # rows stand in the order of the names: the search ends with the limit, however many have the word


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One speciality. ``presentations`` are the CIP13 of its boxes with what they hold."""

    cis: str
    name: str
    form: str
    substances: str
    presentations: tuple[tuple[str, str], ...] = ()

    def medicine(self, cip: str = "") -> Medicine:
        """Return it as a prescribed medicine, in one of its presentations if that is given."""
        label = dict(self.presentations).get(cip, "")
        box = Code(cip, CIP, label) if label else None
        return Medicine(name=self.name, code=Code(self.cis, CIS, self.name), presentation=box)


class Products:
    """An index that ``load`` made, opened to be read: ``with Products(path) as products``.

    Raises:
        ProductsUnreadable: there is none, or it is something else.
    """

    def __init__(self, index: Path) -> None:
        if not index.is_file():
            raise ProductsUnreadable(index.name, 0, "no such index")
        self._database = sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def search(self, text: str, *, limit: int = 20) -> tuple[Product, ...]:
        """Return what every word of the text begins a word of; nothing for an empty text.

        Names that begin with the first word come first, then the others, both in the order of the alphabet.
        """
        words = _WORD.findall(folded(text))
        if not words:
            return ()
        begun = [f'"{word}"*' for word in words]
        found: dict[str, tuple[str, ...]] = {}
        for query in (f"(name : ^{begun[0]})" + "".join(f" AND {one}" for one in begun[1:]), " ".join(begun)):
            if len(found) < limit:
                found |= {row[0]: found.get(row[0], row) for row in self._database.execute(_SQL, (query, limit))}
        return tuple(self._product(*row) for row in list(found.values())[:limit])

    def has(self, medicine: Medicine) -> bool:
        """Say whether its CIS and its CIP, those that it has, are here; a code of another system is not looked for."""
        asked = ((medicine.code, CIS, "product", "cis"), (medicine.presentation, CIP, "presentation", "cip"))
        return all(
            self._database.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (code.code,)).fetchone()  # noqa: S608
            for code, system, table, column in asked
            if code is not None and code.system == system
        )

    def in_a_box(self, medicine: Medicine) -> tuple[Decimal, str] | None:
        """Return how many doses a box holds, and their noun (``16``, ``comprimé``); ``None`` where it is not certain.

        Without a presentation it is certain when all those of the speciality hold as many.
        """
        found = {counted for label in self._labels(medicine) if (counted := _counted(label)) is not None}
        return found.pop() if len(found) == 1 else None

    def _labels(self, medicine: Medicine) -> list[str]:
        if medicine.presentation is not None:
            rows = self._database.execute("SELECT label FROM presentation WHERE cip = ?", (medicine.presentation.code,))
        elif medicine.code is not None:
            rows = self._database.execute("SELECT label FROM presentation WHERE cis = ?", (medicine.code.code,))
        else:
            return []
        return [str(label) for (label,) in rows]

    def _product(self, cis: str, name: str, form: str, substances: str) -> Product:
        boxes = self._database.execute("SELECT cip, label FROM presentation WHERE cis = ? ORDER BY cip", (cis,))
        return Product(cis=cis, name=name, form=form, substances=substances, presentations=tuple(boxes.fetchall()))


def _counted(label: str) -> tuple[Decimal, str] | None:
    """Read « 2 plaquette(s) de 16 comprimé(s) » as 32 comprimés; anything else is not counted."""
    found = _HOLDS.search(label)
    return (Decimal(int(found[1] or 1) * int(found[2])), found[3]) if found else None
