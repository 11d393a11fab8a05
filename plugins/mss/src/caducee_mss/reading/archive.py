"""Opening an archive that a stranger made: bounded, nothing outside, nothing twice, nothing taken on trust."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import msgspec

from caducee_mss.reading.limits import Limits
from caducee_mss.reading.oddities import Oddities

_ENTRY = b"PK\x01\x02"
_END = b"PK\x05\x06"
_STARTS = (b"PK\x03\x04", _END)
_SMALL = 1_000_000
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What the standard reader raises on bytes that are not what they say.
_DAMAGES = (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, EOFError, OSError,
            RuntimeError, LookupError, zlib.error)  # fmt: skip


class Unpacked(msgspec.Struct, frozen=True):
    """The files of an archive by their path, with ``/`` between folders and as they are written."""

    files: dict[str, bytes]


def is_archive(content: bytes, *, said: bool) -> bool:
    """Say whether bytes are a zip archive, whatever it is called; ``said`` when its name or type says so."""
    return content.startswith(_STARTS) or (said and _END in content)


class Unpacker:
    """Opens the archives of one mail; what they unpack to is bounded all together."""

    def __init__(self, limits: Limits, oddities: Oddities) -> None:
        self._limits = limits
        self._oddities = oddities
        self._left = limits.expanded
        self._archives = limits.archives

    def open(self, content: bytes, *, part: str) -> Unpacked | None:
        """Return the files that are sound; ``None``, and a warning, when it cannot be opened at all."""
        self._archives -= 1
        if self._archives < 0 or content.count(_ENTRY) > self._limits.files:
            self._odd("archive.excess", "Une archive contient trop de fichiers ; elle n'est pas ouverte.", part)
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                self._surroundings(opened, content, part)
                return Unpacked(self._files(opened, part))
        except _DAMAGES:
            self._odd("archive.damaged", "Une archive est abîmée ; elle ne peut pas être ouverte.", part)
            return None

    def _surroundings(self, opened: zipfile.ZipFile, content: bytes, part: str) -> None:
        end = content.rfind(_END)
        if not content.startswith(_STARTS) or end + 22 + len(opened.comment) != len(content):
            self._odd("archive.around", "Une archive contient autre chose que ses fichiers.", part)

    def _files(self, opened: zipfile.ZipFile, part: str) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        names: set[str] = set()
        for info in opened.infolist():
            path = info.orig_filename.split("\0")[0].replace("\\", "/")
            if path.endswith("/"):
                continue
            if path.casefold() in names:
                self._odd("archive.twice", "Une archive contient deux fichiers du même nom.", part, path)
                continue
            names.add(path.casefold())
            content = self._content(opened, info, part) if self._is_fit(info, path, part) else None
            if content is not None:
                files[path] = content
        return files

    def _is_fit(self, info: zipfile.ZipInfo, path: str, part: str) -> bool:
        steps = path.split("/")
        if path.startswith("/") or ".." in steps or ":" in steps[0] or not path or "\0" in info.orig_filename:
            self._odd("archive.path", "Un fichier de l'archive sort de son dossier ; il est écarté.", part, path)
        elif stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            self._odd("archive.link", "L'archive contient un lien ; il est écarté.", part, path)
        elif info.flag_bits & 0x41:
            self._odd("archive.encrypted", "Un fichier de l'archive est chiffré ; il ne peut pas être lu.", part, path)
        elif info.compress_type not in _READABLE:
            self._odd("archive.method", "Un fichier de l'archive est compressé d'une manière inconnue.", part, path)
        elif self._is_excessive(info):
            self._odd("archive.bomb", "Un fichier de l'archive se déplie au-delà du raisonnable.", part, path)
        else:
            return True
        return False

    def _is_excessive(self, info: zipfile.ZipInfo) -> bool:
        size, packed = info.file_size, max(info.compress_size, 1)
        return size > self._left or (size > _SMALL and size > self._limits.ratio * packed)

    def _content(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, part: str) -> bytes | None:
        try:
            with opened.open(info) as file:
                # The reader gives no more than the directory announced, which fits in what is left.
                content = file.read(info.file_size + 1)
        except _DAMAGES:
            self._odd("archive.file", "Un fichier de l'archive est abîmé ; il est écarté.", part, info.filename)
            return None
        self._left -= len(content)
        return content

    def _odd(self, code: str, message: str, part: str, place: str = "") -> None:
        self._oddities.add(code, message, part=part, place=place, doubt=True)
