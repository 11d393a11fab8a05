from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.nir import key_of


@pytest.mark.parametrize(("nir", "key"), [("2790351215189", "89"), ("297022A020778", "78")])
def test_the_key_of_a_number_counts_corsica_as_digits(nir: str, key: str) -> None:
    assert key_of(nir) == key


@pytest.mark.parametrize("nir", ["", "279035121518", "279035121518X", "2790351215189A"])
def test_what_is_no_number_has_no_key(nir: str) -> None:
    assert key_of(nir) is None
