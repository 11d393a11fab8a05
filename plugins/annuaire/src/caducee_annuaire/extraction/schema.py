"""The file of the index: what a display shows, in display order, and the words that lead there."""

from __future__ import annotations

from caducee_annuaire.extraction.columns import Box
from caducee_annuaire.folding import words

APPLICATION = 0x43414E4E
VERSION = 1
FIELDS = Box.__struct_fields__
COLUMNS = ", ".join(FIELDS)
# What begins the words of the name a line is listed under, beside the plain word: a letter that no folded word has.
NAME_MARK = "ν"
# Beginnings up to this length have lists of their own in the index: none is put together while somebody types.
LONGEST_PREFIX = 9
_TOKENS = "unicode61 remove_diacritics 0"
_PREFIXES = " ".join(str(length) for length in range(1, LONGEST_PREFIX + 1))

TABLES = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE box (number INTEGER PRIMARY KEY, {", ".join(f"{name} TEXT NOT NULL" for name in FIELDS)});
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', detail = none, columnsize = 0, prefix = '{_PREFIXES}', tokenize = '{_TOKENS}'
);
"""
INDEXES = """
CREATE INDEX box_address ON box (lower(address));
CREATE INDEX box_identifier ON box (identifier);
CREATE INDEX box_structure ON box (structure);
"""


def key(box: Box) -> tuple[str, str, str]:
    """Return what lines are ordered by: name, given name, place."""
    return " ".join(words(box.name)), " ".join(words(box.given_name)), " ".join(words(box.city))


def indexed(box: Box) -> str:
    """Return the words that lead to a line, and those of its name once more, marked."""
    return " ".join((*(NAME_MARK + word for word in _with_joined(box.name)), *leading(box)))


def leading(box: Box) -> frozenset[str]:
    """Return the words that lead to a line; a name in several words is found written in one too."""
    elsewhere = (box.structure_name, box.city, box.postal_code, box.profession_words, box.specialty_words, box.service)
    address = box.address.partition("@")[0]
    return frozenset((*_with_joined(box.name), *_with_joined(box.given_name), *words(" ".join((*elsewhere, address)))))


def _with_joined(name: str) -> tuple[str, ...]:
    parts = words(name)
    return (*parts, "".join(parts)) if len(parts) > 1 else parts
