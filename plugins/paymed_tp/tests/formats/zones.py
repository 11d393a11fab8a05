"""Any values that the zones of a table may hold."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from caducee_paymed_tp.formats.kinds import Kind, Value
from caducee_paymed_tp.formats.layout import Field, Table

_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,'-/()+"
_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def zone(field: Field) -> st.SearchStrategy[Value]:
    width = field.end - field.start
    if field.constant:
        return st.just(field.constant)
    match field.kind:
        case Kind.DIGITS:
            return _digits(field, width)
        case Kind.DATE | Kind.DAY_FIRST:
            return st.none() | _DAYS
        case Kind.CENTS | Kind.COUNT:
            return st.integers(0, 10**width - 1)
        case Kind.OVERPUNCH:
            return st.integers(-(10**width - 1), 10**width - 1)
        case Kind.SIGN:
            return st.sampled_from(["P", "N", ""])
        case _:
            known = st.sampled_from([value.strip() for value in field.values]) if field.values else st.nothing()
            return known if field.values else st.text(_CHARACTERS, max_size=width).map(lambda text: text.rstrip())


def _digits(field: Field, width: int) -> st.SearchStrategy[Value]:
    if field.values:
        return st.sampled_from([_told(value, field) for value in field.values])
    return st.text("0123456789", min_size=width, max_size=width).map(lambda text: _told(text, field))


def _told(text: str, field: Field) -> Value:
    return None if not field.mandatory and not text.strip("0") else text


def values(table: Table) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({field.name: zone(field) for field in table.fields if not field.filler})
