"""A fake payment provider: prepares payments, and signs messages that come once, twice, late or out of order."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field


@dataclass
class FakeProvider:
    """``key`` signs its messages (HMAC-SHA-256 of the bytes, hexadecimal). ``fee`` is what it keeps of 2,500 cents."""

    key: bytes
    fee: int = 40
    payments: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    _messages: int = 0

    def create(self, link: str, amount: int) -> str:
        """Prepare a payment; the same link twice is one."""
        self.payments.setdefault(link, amount)
        return _reference(link)

    def refund(self, reference: str, amount: int, key: str) -> None:
        """Give money back; the same key twice is one."""
        self.refunds.setdefault(key, (reference, amount))

    def paid(self, link: str, *, times: int = 1, renamed: bool = False) -> list[tuple[bytes, str]]:
        """Say that a link was paid, ``times`` times: the same message again, or the same fact under another name."""
        amount = self.payments[link]
        fields = {"link": link, "status": "paid", "amount": amount, "fee": -(-amount * self.fee // 2500)}
        first = self._message(fields)
        return [first] + [self._message(fields) if renamed else first for _ in range(times - 1)]

    def refunded(self, link: str, amount: int) -> tuple[bytes, str]:
        """Say that money was given back."""
        return self._message({"link": link, "status": "refunded", "amount": amount})

    def expired(self, link: str) -> tuple[bytes, str]:
        """Say that nobody paid in time."""
        return self._message({"link": link, "status": "expired"})

    def _message(self, fields: dict[str, object]) -> tuple[bytes, str]:
        self._messages += 1
        named = {"id": f"sim-message-{self._messages}", "reference": _reference(str(fields["link"]))}
        body = json.dumps({**named, **fields}).encode()
        return body, hmac.digest(self.key, body, hashlib.sha256).hex()


def _reference(link: str) -> str:
    return f"sim-{link[:8]}"
