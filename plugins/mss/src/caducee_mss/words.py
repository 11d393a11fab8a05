"""French words made plain: without accents, in ASCII, safe as a file name."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | dict.fromkeys("’‘ʼ´`", "'")
    | dict.fromkeys("‐‑‒–—", "-")
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
# Device names of Windows: they are not files whatever stands after the first dot.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)[ ]*(\..*)?")
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST_NAME = 180
_LONGEST_ENDING = 12


def unaccented(text: str) -> str:
    """Return the text without accents nor ligatures; letters of other alphabets stay."""
    parts = unicodedata.normalize("NFD", text.translate(_LIGATURES))
    return unicodedata.normalize("NFC", "".join(one for one in parts if unicodedata.category(one) != "Mn"))


def ascii_name(name: str) -> str:
    """Return a file name in ASCII, ``_`` for what has no like there."""
    return "".join(one if one.isascii() and one.isprintable() else "_" for one in unaccented(name))


def safe_name(label: str, *, otherwise: str = "fichier") -> str:
    """Return a name that makes one file in the folder where it is saved, on any system.

    The last part of a path; no character that a system forbids or that is not seen (they turn names round); no name of
    a device; not hidden; at most 180 bytes with its ending. ``otherwise`` when nothing is left.
    """
    last = re.split(r"[/\\]", label[-4096:])[-1]
    seen = "".join(one for one in unicodedata.normalize("NFC", last) if unicodedata.category(one) not in _UNSEEN)
    plain = " ".join(_FORBIDDEN.sub("_", seen).split()).strip(" .")
    if _DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    return _shortened(plain) or otherwise


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending.encode()) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = _LONGEST_NAME - len(ending.encode()) - len(dot)
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending
