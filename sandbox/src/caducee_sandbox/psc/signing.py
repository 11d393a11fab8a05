"""Signed tokens (JWS, RS256) and the public key they are checked with; a key for each run."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KID = "simu-1"


class Signing:
    """The key of the simulated provider."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def signed(self, claims: dict[str, Any]) -> str:
        """Return a compact token."""
        header = {"alg": "RS256", "kid": KID, "typ": "JWT"}
        signed = f"{_part(header)}.{_part(claims)}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"

    def key_set(self) -> dict[str, Any]:
        """Return the JSON Web Key Set."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KID}
        return {"keys": [{**key, "n": _integer(numbers.n), "e": _integer(numbers.e)}]}


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content, ensure_ascii=False).encode())


def _integer(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
