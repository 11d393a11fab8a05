from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import CaduceeError, ProtocolViolation
from caducee_psc.errors import AnswerForged
from caducee_psc.metadata import Metadata, read_metadata

ISSUER = "https://auth.invalid/auth/realms/essai"
DESCRIBED = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://wallet.invalid/auth",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/certs",
    "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.invalid/token"},
    "grant_types_supported": ["authorization_code"],
}


def read(**changes: Any) -> Metadata:
    return read_metadata(msgspec.json.encode({**DESCRIBED, **changes}), issuer=ISSUER)


def test_the_authorization_may_be_on_another_host() -> None:
    assert read().authorization_endpoint == "https://wallet.invalid/auth"


def test_a_certificate_calls_the_alias_where_there_is_one_and_the_ordinary_address_elsewhere() -> None:
    found = read()
    assert found.called("token_endpoint", certificate=True) == "https://mtls.invalid/token"
    assert found.called("userinfo_endpoint", certificate=True) == f"{ISSUER}/userinfo"
    assert found.called("token_endpoint", certificate=False) == f"{ISSUER}/token"


@pytest.mark.parametrize("issuer", [ISSUER + "/", ISSUER.upper(), "https://ailleurs.invalid", ""])
def test_another_issuer_is_refused_to_the_letter(issuer: str) -> None:
    with pytest.raises(AnswerForged):
        read(issuer=issuer)


@pytest.mark.parametrize(
    "changes",
    [
        {"token_endpoint": "http://auth.invalid/token"},
        {"token_endpoint": ""},
        {"jwks_uri": "file:///etc/keys"},
        {"userinfo_endpoint": "https://user@auth.invalid/userinfo"},
        {"end_session_endpoint": "http://auth.invalid/logout"},
        {"mtls_endpoint_aliases": {"token_endpoint": "http://auth.invalid/token"}},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": None},
    ],
    ids=str,
)
def test_an_address_in_clear_or_a_missing_one_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolViolation):
        read(**changes)


@given(st.binary(max_size=100))
def test_whatever_is_found_there_is_read_or_refused(noise: bytes) -> None:
    with pytest.raises(CaduceeError):
        read_metadata(noise, issuer=ISSUER)
