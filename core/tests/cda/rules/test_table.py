from __future__ import annotations

from datetime import date

import msgspec
import pytest

from caducee.cda.rules.table import Check, Table, tables


def test_each_rule_has_a_code_of_its_own_in_its_context() -> None:
    for name, table in tables():
        for context in table.context:
            ids = [one.id for one in context.checks]
            assert len(set(ids)) == len(ids), (name, context.section)


def test_each_context_says_where_it_applies() -> None:
    for name, table in tables():
        for context in table.context:
            places = [context.path, context.paths, context.template, context.every]
            assert sum(map(bool, places)) == 1, (name, context.section)
            assert bool(context.place) is bool(context.paths), (name, context.section)


def test_a_word_that_no_rule_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"source": "x", "context": [{"section": "x", "checks": [{"id": "a", "mox": 1}]}]}, Table)


def test_a_rule_holds_between_its_days() -> None:
    rule = Check(id="a", since=date(2024, 1, 1), until=date(2024, 12, 31))
    assert rule.holds_on(date(2024, 6, 1))
    assert rule.holds_on(date(2024, 1, 1))
    assert rule.holds_on(date(2024, 12, 31))
    assert not rule.holds_on(date(2023, 12, 31))
    assert not rule.holds_on(date(2025, 1, 1))


def test_no_code_of_a_rule_holds_a_blank() -> None:
    assert not [
        (name, one)
        for name, table in tables()
        for context in table.context
        for one in (context.path, context.place, context.every, context.template, *(c.id for c in context.checks))
        if " " in one
    ]
