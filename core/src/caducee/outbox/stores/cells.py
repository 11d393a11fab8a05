"""Encryption of single cells, and the blind index that finds what is encrypted.

Every cell is sealed with AES-256-GCM under a fresh nonce and bound to its tenant, table, column and row, so that a
cell moved elsewhere no longer opens. Sub-keys come from the 32-byte store key by HKDF-SHA-256, one for each use and
tenant. Layout of a cell: one byte of format (1), 12 bytes of nonce, ciphertext, 16 bytes of tag.
"""

from __future__ import annotations

import hashlib
import hmac
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from caducee.errors import StoreDamaged, StoreKeyWrong

KEY_SIZE = 32
_FORMAT = b"\x01"
_NONCE = 12


class Cells:
    """The keys of one tenant of one store. Its ``repr`` shows the tenant and no key."""

    def __init__(self, store_key: bytes, tenant: str) -> None:
        """Derive the sub-keys.

        Raises:
            StoreKeyWrong: the key is not 32 bytes long.
        """
        if len(store_key) != KEY_SIZE:
            raise StoreKeyWrong(f"a store key has {KEY_SIZE} bytes, not {len(store_key)}")
        self.tenant = tenant
        self._aead = AESGCM(_derive(store_key, "cells", tenant))
        self._index_key = _derive(store_key, "index", tenant)
        self._seal_key = _derive(store_key, "audit", tenant)
        self.check = hmac.digest(_derive(store_key, "check", tenant), b"caducee", hashlib.sha256)

    def __repr__(self) -> str:
        return f"Cells({self.tenant!r})"

    def seal(self, place: tuple[str, str], row: str, plain: bytes) -> bytes:
        """Encrypt the cell of that (table, column) and row."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._aead.encrypt(nonce, plain, self._bound_to(place, row))

    def open(self, place: tuple[str, str], row: str, cell: bytes) -> bytes:
        """Decrypt the cell of that (table, column) and row.

        Raises:
            StoreDamaged: the cell was changed, or belongs elsewhere.
        """
        body = 1 + _NONCE
        if cell[:1] != _FORMAT:
            raise StoreDamaged(f"{place[0]}.{place[1]}: unknown cell format")
        try:
            return self._aead.decrypt(cell[1:body], cell[body:], self._bound_to(place, row))
        except InvalidTag:
            raise StoreDamaged(f"{place[0]}.{place[1]}: a cell does not open") from None

    def index(self, use: str, value: str) -> bytes:
        """Return the blind index of a value: the same for the same use and value, and telling nothing else."""
        return hmac.digest(self._index_key, msgspec.msgpack.encode((use, value)), hashlib.sha256)

    def mac(self, message: bytes) -> bytes:
        """Return the keyed digest that holds the head of the audit chain."""
        return hmac.digest(self._seal_key, message, hashlib.sha256)

    def _bound_to(self, place: tuple[str, str], row: str) -> bytes:
        return msgspec.msgpack.encode((self.tenant, *place, row))


def _derive(store_key: bytes, use: str, tenant: str) -> bytes:
    info = msgspec.msgpack.encode(("caducee store 1", use, tenant))
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(store_key)
