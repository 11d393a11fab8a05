from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.testing import Canaries

BIRD = "NESSI-CANARY-TEST"


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_word_is_found_in_base64_wherever_it_stands(before: bytes, after: bytes) -> None:
    assert Canaries(BIRD).in_bytes(base64.b64encode(before + BIRD.encode() + after)) == (BIRD,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_word_is_found_in_a_file_below_a_folder(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "log").write_bytes(b"..." + BIRD.encode(encoding))
    (tmp_path / "clean").write_bytes(b"nothing")
    assert Canaries(BIRD).in_folder(tmp_path) == ((tmp_path / "sub" / "log", BIRD),)


def test_a_clean_text_holds_none() -> None:
    assert Canaries(BIRD).in_text("NESSI CANARY TEST") == ()


def test_a_word_that_came_through_is_named_with_its_place(tmp_path: Path) -> None:
    canaries = Canaries("NESSI", "1234")
    record = logging.LogRecord("caducee", logging.INFO, "x.py", 1, "sent for %s", ("NESSI",), None)
    (tmp_path / "notes").write_bytes(b"pin 1234")
    for place in ("for NESSI", b"NESSI", record, tmp_path, tmp_path / "notes", ValueError("NESSI"), ("NESSI",)):
        with pytest.raises(AssertionError, match=r"leaked: '(NESSI|1234)' in"):
            canaries.assert_none("nothing here", place)
    canaries.assert_none("nothing", b"nothing", ValueError("nothing"), None)
