from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.redaction import RedactingLogger, redact


@given(st.sampled_from("12"), st.one_of(st.text("0123456789", min_size=n, max_size=n) for n in (12, 14)))
def test_a_matricule_of_13_or_15_digits_never_gets_through(first: str, rest: str) -> None:
    matricule = first + rest
    assert matricule not in redact(f"INS {matricule} introuvable")


@pytest.mark.parametrize(
    "secret",
    [
        "2 75 03 63 220 005 34",
        "1 85 05 2A 004 001 12",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.abc",
    ],
)
def test_a_written_matricule_or_a_token_never_gets_through(secret: str) -> None:
    assert secret not in redact(f"value {secret} end")


@pytest.mark.parametrize(
    "text", ["pin=1234", "PIN: 1234", "code porteur 1234", "{'password': '1234'}", "Authorization: 1234", "Bearer 1234"]
)
def test_a_secret_after_its_name_never_gets_through(text: str) -> None:
    assert "1234" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "document 1.2.250.1.999.1.339172384734875638475638475638475638475",
        "at 20261125083000",
        "delivery 3f2b8c7a-9d1e-4c55-8a11-0b6f6f3e2a10 pending",
        "HTTP 500 after 3 attempts",
    ],
)
def test_what_a_developer_needs_stays(text: str) -> None:
    assert redact(text) == text


class Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


def test_the_host_s_handlers_see_redacted_messages_and_tracebacks() -> None:
    handler = Keeping()
    host = logging.getLogger("caducee.plugins")
    host.addHandler(handler)
    try:
        try:
            raise ValueError("pin=1234")
        except ValueError:
            RedactingLogger("caducee.plugins.stranger").exception("PIN %s for %s", "1234", "175036322000534")
    finally:
        host.removeHandler(handler)
    (text,) = handler.texts
    assert "1234" not in text
    assert "175036322000534" not in text
    assert "ValueError" in text
