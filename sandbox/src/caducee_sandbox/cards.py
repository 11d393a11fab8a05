"""The desk of the virtual CPS: its readers, and the cards that go in and out of them.

Writes the folder that the PKCS#11 module ``virtual-cps`` reads; its format is in ``virtual-cps/README.md``.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ENVIRONMENT = "CADUCEE_VCPS_DIR"
MODULE = "CADUCEE_VCPS_MODULE"
READER = "Lecteur A"
TRIES = 3


def module_path() -> Path:
    """Return the built PKCS#11 module: the file that ``CADUCEE_VCPS_MODULE`` names, or the one of this checkout.

    A wheel of the sandbox does not hold it.

    Raises:
        FileNotFoundError: it has not been built.
    """
    if named := os.environ.get(MODULE):
        return Path(named)
    name = {"win32": "virtual_cps.dll", "darwin": "libvirtual_cps.dylib"}.get(sys.platform, "libvirtual_cps.so")
    path = Path(__file__).parents[2] / "virtual-cps" / "target" / "release" / name
    if not path.exists():
        raise FileNotFoundError(
            f"{name} is not built: cargo build --release in sandbox/virtual-cps, or name it in {MODULE}"
        )
    return path


@dataclass(frozen=True, kw_only=True)
class CardKey:
    """One key of a card with its certificate."""

    certificate: x509.Certificate
    key: RSAPrivateKey


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card to issue. ``generation`` is 3 (CPS3) or 4 (CPS4, which also has PSS); ``pin`` is four digits."""

    serial: str
    pin: str
    auth: CardKey
    sign: CardKey
    label: str = "CPS-ESSAI"
    generation: int = 3
    delay_ms: int = 0
    always_authenticate: bool = False

    def __repr__(self) -> str:
        return f"Card(serial={self.serial!r})"


@dataclass(frozen=True)
class Counters:
    """What a card did since it was issued: PINs presented, PINs refused, signatures computed."""

    login: int = 0
    login_refused: int = 0
    sign: int = 0


class CardDesk:
    """Readers and cards of one folder. Every change is atomic for the module that reads it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "cards").mkdir(parents=True, exist_ok=True)

    def issue(self, card: Card) -> None:
        """Write a new card; it is in no reader yet."""
        folder = self._folder(card.serial)
        folder.mkdir(parents=True, exist_ok=True)
        for name, pair in (("auth", card.auth), ("sign", card.sign)):
            _write(folder / f"{name}.cert.der", pair.certificate.public_bytes(Encoding.DER))
            der = pair.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            _write(folder / f"{name}.key.der", der)
        salt = secrets.token_bytes(16)
        described = {
            "serial": card.serial,
            "label": card.label,
            "model": "IAS ECC" if card.generation == 3 else "ChipDoc",
            "generation": card.generation,
            "delay_ms": card.delay_ms,
            "pin_salt": salt.hex(),
            "pin_sha256": hashlib.sha256(salt + card.pin.encode()).hexdigest(),
            "always_authenticate": card.always_authenticate,
        }
        _write_json(folder / "card.json", described)
        self.unblock(card.serial)

    def plug(self, reader: str = READER, *, slot: int | None = None) -> None:
        """Plug a reader, empty; without ``slot`` it takes the next free one."""
        state = self._readers()
        used = {r["slot"] for r in state["readers"]}
        chosen = slot if slot is not None else max(used, default=-1) + 1
        if chosen in used:
            raise ValueError(f"slot {chosen} is taken")
        state["readers"].append({"slot": chosen, "name": reader, "card": None, "insertion": 0})
        self._store(state)

    def unplug(self, reader: str = READER) -> None:
        """Unplug a reader, with the card that may be in it."""
        state = self._readers()
        state["readers"] = [r for r in state["readers"] if r["name"] != reader]
        self._store(state)

    def move(self, slots: dict[str, int]) -> None:
        """Give readers other slot ids at once, as a module does after a hot-plug; cards stay where they are."""
        state = self._readers()
        for reader in state["readers"]:
            reader["slot"] = slots.get(reader["name"], reader["slot"])
        if len({r["slot"] for r in state["readers"]}) != len(state["readers"]):
            raise ValueError("two readers in one slot")
        self._store(state)

    def insert(self, serial: str, reader: str = READER) -> None:
        """Put a card into a reader, in place of what is there. The reader is plugged if it is not."""
        if not (self._folder(serial) / "card.json").exists():
            raise ValueError(f"no card {serial}")
        if all(r["name"] != reader for r in self._readers()["readers"]):
            self.plug(reader)
        self._hold(reader, serial)

    def remove(self, reader: str = READER) -> None:
        """Pull the card out of a reader."""
        self._hold(reader, None)

    def inserted(self) -> dict[str, str]:
        """Return the serial of the card in each reader that holds one."""
        return {r["name"]: r["card"] for r in self._readers()["readers"] if r["card"]}

    def removal_code(self, name: str) -> None:
        """Choose what the first call after a removal answers (see the README of virtual-cps)."""
        state = self._readers()
        state["removal"] = name
        self._store(state)

    def reset(self, reader: str = READER) -> None:
        """Reset the card in a reader, as another program may: it stays there and forgets the PIN that it had taken."""
        state = self._readers()
        for held in state["readers"]:
            if held["name"] == reader:
                held["resets"] = held.get("resets", 0) + 1
        self._store(state)

    def reset_code(self, name: str) -> None:
        """Choose what a session answers after a reset (see the README of virtual-cps)."""
        state = self._readers()
        state["reset"] = name
        self._store(state)

    def trouble(self, kind: str, *, at: str = "sign", times: int = 1, key: str | None = None) -> None:
        """Let the module ``crash`` or ``hang`` the next times that it comes to a place.

        The places: ``look``, ``login``, ``sign`` (the card is not asked), ``signed`` (it has signed, nobody is told).
        ``key`` is ``auth`` or ``sign`` when only the signatures of that key are meant.
        """
        if (
            kind not in {"crash", "hang"}
            or at not in {"look", "login", "sign", "signed"}
            or key not in {None, "auth", "sign"}
        ):
            raise ValueError(f"no trouble {kind} at {at}")
        _write_json(self.directory / "trouble.json", {"kind": kind, "at": at, "times": times, "key": key})

    def calm(self) -> None:
        """Let the module do right again."""
        (self.directory / "trouble.json").unlink(missing_ok=True)

    def troubles_left(self) -> int:
        """Return how often the module will still go wrong."""
        return int(_read_json(self.directory / "trouble.json").get("times", 0))

    def delay(self, serial: str, milliseconds: int) -> None:
        """Choose how long a signature takes on this card."""
        path = self._folder(serial) / "card.json"
        described = json.loads(path.read_bytes())
        described["delay_ms"] = milliseconds
        _write_json(path, described)

    def counters(self, serial: str) -> Counters:
        """Return what the card did so far."""
        return Counters(**_read_json(self._folder(serial) / "counters.json"))

    def tries_left(self, serial: str) -> int:
        """Return how many wrong PINs the card still accepts."""
        return int(_read_json(self._folder(serial) / "state.json").get("tries_left", TRIES))

    def unblock(self, serial: str) -> None:
        """Give the card its three tries back, as CPS-Gestion does with the unblocking code."""
        _write_json(self._folder(serial) / "state.json", {"tries_left": TRIES})

    def _hold(self, reader: str, serial: str | None) -> None:
        state = self._readers()
        held = next((r for r in state["readers"] if r["name"] == reader), None)
        if held is None:
            raise ValueError(f"no reader {reader}")
        for other in state["readers"]:
            if serial is not None and other["card"] == serial:
                other["card"] = None
        state["insertions"] = state.get("insertions", 0) + 1
        held["card"] = serial
        held["insertion"] = state["insertions"]
        self._store(state)

    def _folder(self, serial: str) -> Path:
        return self.directory / "cards" / serial

    def _readers(self) -> dict[str, Any]:
        return _read_json(self.directory / "readers.json") or {"readers": []}

    def _store(self, state: dict[str, Any]) -> None:
        _write_json(self.directory / "readers.json", state)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    _write(path, json.dumps(content, ensure_ascii=False).encode())


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(name, path)
