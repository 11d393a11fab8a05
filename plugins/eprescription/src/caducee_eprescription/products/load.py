"""From the files of the public base to a local index.

Source: ANSM, base de données publique des médicaments: tab-separated files without header, in Windows-1252 or UTF-8.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from caducee_eprescription.errors import ProductsUnreadable
from caducee_eprescription.rules.data import folded

SCHEMA = """
CREATE TABLE product (cis TEXT PRIMARY KEY, name TEXT NOT NULL, form TEXT NOT NULL, substances TEXT NOT NULL);
CREATE TABLE presentation (cip TEXT PRIMARY KEY, cis TEXT NOT NULL, label TEXT NOT NULL);
CREATE INDEX presentation_cis ON presentation (cis);
CREATE VIRTUAL TABLE words USING fts5 (cis UNINDEXED, name, substances, codes, prefix = '2 3 4');
"""
SPECIALITIES, PRESENTATIONS, COMPOSITIONS = "CIS_bdpm.txt", "CIS_CIP_bdpm.txt", "CIS_COMPO_bdpm.txt"
_ACTIVE = "SA"


def load(folder: Path, index: Path) -> int:
    """Make the index of a folder; return how many specialities it has. An index that is there is replaced at the end.

    Raises:
        ProductsUnreadable: a file is missing, or a line has not its columns; the former index is left alone.
    """
    draft = index.with_name(f".{index.name}.new")
    draft.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(draft)) as database:
            count = _fill(database, folder)
        os.replace(draft, index)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _fill(database: sqlite3.Connection, folder: Path) -> int:
    database.executescript(SCHEMA)
    substances: dict[str, list[str]] = {}
    for row in _rows(folder, COMPOSITIONS, least=8):
        if row[6].strip() == _ACTIVE and row[3].strip() not in substances.setdefault(row[0], []):
            substances[row[0]].append(row[3].strip())
    codes: dict[str, list[str]] = {}
    for row in _rows(folder, PRESENTATIONS, least=7):
        database.execute("INSERT OR REPLACE INTO presentation VALUES (?, ?, ?)", (row[6], row[0], row[2]))
        codes.setdefault(row[0], [row[0]]).append(row[6])
    count = 0
    for row in sorted(_rows(folder, SPECIALITIES, least=3), key=lambda row: folded(row[1])):
        cis, name, form = row[0], row[1].strip(), row[2].strip()
        made = ", ".join(substances.get(cis, []))
        database.execute("INSERT OR REPLACE INTO product VALUES (?, ?, ?, ?)", (cis, name, form, made))
        words = (cis, folded(name), folded(made), " ".join(codes.get(cis, [cis])))
        database.execute("INSERT INTO words VALUES (?, ?, ?, ?)", words)
        count += 1
    database.commit()
    return count


def _rows(folder: Path, name: str, *, least: int) -> Iterator[list[str]]:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ProductsUnreadable(name, 0, error.strerror or "cannot be read") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = line.split("\t")
        if len(row) < least or not row[0].isdecimal():
            raise ProductsUnreadable(name, number, f"{len(row)} columns")
        yield row
