from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import DocumentInvalid
from caducee.rendering import PQ, Template


class Measured(msgspec.Struct, array_like=True, frozen=True):
    value: PQ


@pytest.fixture(scope="module")
def template() -> Template:
    source = b'<t:document xmlns:t="urn:caducee:template:1" model="Measured" as="m"><v t:pq="m.value"/></t:document>'
    return Template.compile("measured.xml", source, Measured)


@pytest.mark.parametrize(("number", "text"), [("5.00", "5.00"), ("1E+1", "10"), ("1E-3", "0.001"), ("-0.0", "-0.0")])
def test_a_quantity_keeps_the_digits_of_its_number_and_has_no_exponent(number: str, text: str) -> None:
    assert PQ.of(Decimal(number), "g") == PQ(text, "g")


@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_whatever_a_quantity_is_made_of_can_be_written(number: Decimal) -> None:
    text = PQ.of(number).value
    assert Decimal(text) == number
    assert "E" not in text


@pytest.mark.parametrize("text", ["", "1E+1", "NaN", "1,5", " 1", "<1", "1.2.3"])
def test_a_text_that_is_no_number_is_refused_by_its_field(template: Template, text: str) -> None:
    with pytest.raises(DocumentInvalid) as raised:
        template.render(Measured(PQ(text, "g")))
    assert [(one.field, one.rule) for one in raised.value.findings] == [("value.value", "xml.decimal")]
