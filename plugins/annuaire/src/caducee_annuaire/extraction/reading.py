"""Reads the extraction line by line, however large it is, and says which lines it could not use."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from caducee.errors.base import WithFindings
from caducee_annuaire.errors import ExtractionInvalid, wrong
from caducee_annuaire.extraction.columns import HEADER, Box, box_of

LONGEST_LINE = 64 * 1024
FEW = 10
Read = Callable[[int, int], None]


class Reader:
    """Yields the boxes of one file. ``rejected`` holds the numbers of the lines that could not be used.

    ``progress`` is told how many bytes were read, of how many.
    """

    def __init__(self, path: Path, progress: Read) -> None:
        self.rejected: list[int] = []
        self._path = path
        self._progress = progress
        self._lines = 1

    def boxes(self) -> Iterator[Box]:
        """Read on.

        Raises:
            ExtractionInvalid: the header differs, the file ends in the middle of a line, too many lines are unusable,
                or there is none; a zip that cannot be read.
        """
        try:
            with _opened(self._path) as (file, size):
                _check_header(file.readline(LONGEST_LINE))
                yield from self._rows(file, size)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise _invalid("file", "zip", "l'archive zip est abîmée ou incomplète.") from None
        self._judge()

    def _rows(self, file: IO[bytes], size: int) -> Iterator[Box]:
        done = 0
        for line in iter(lambda: file.readline(LONGEST_LINE), b""):
            self._lines += 1
            done += len(line)
            if self._lines % 4096 == 0:
                self._progress(done, size)
            box = _box(line)
            if box is not None:
                yield box
            elif line.strip():
                self._reject(whole=line.endswith(b"\n"))
        self._progress(size, size)

    def _reject(self, *, whole: bool) -> None:
        if not whole:
            raise _invalid(
                "file", "cut", f"le fichier s'arrête au milieu de la ligne {self._lines} : il est incomplet."
            )
        self.rejected.append(self._lines)

    def _judge(self) -> None:
        used = self._lines - 1 - len(self.rejected)
        if used <= 0:
            raise _invalid("file", "empty", "aucune ligne utilisable après l'en-tête.")
        if len(self.rejected) > max(FEW, self._lines // 100):
            first = ", ".join(str(number) for number in self.rejected[:5])
            message = (
                f"{len(self.rejected)} lignes inutilisables (31 colonnes en UTF-8 attendues), dès la ligne {first}."
            )
            raise _invalid("file", "lines", message)


def _box(line: bytes) -> Box | None:
    try:
        cells = line.decode("utf-8").rstrip("\r\n").split("|")
    except UnicodeDecodeError:
        return None
    if len(cells) == len(HEADER) + 1 and not cells[-1]:
        cells.pop()
    return box_of(cells) if len(cells) == len(HEADER) and "@" in cells[1] else None


def _check_header(line: bytes) -> None:
    try:
        names = line.decode("utf-8-sig").rstrip("\r\n").split("|")
    except UnicodeDecodeError as error:
        raise _invalid("header", "encoding", f"l'octet {error.start} de l'en-tête n'est pas de l'UTF-8.") from None
    if len(names) == len(HEADER) + 1 and not names[-1]:
        names.pop()
    for number, expected in enumerate(HEADER, start=1):
        found = names[number - 1] if number <= len(names) else ""
        if found != expected:
            seen = f"« {found[:60]} »" if found else "rien"
            raise _invalid("header", "column", f"colonne {number} : « {expected} » attendu, {seen} trouvé.")
    if len(names) > len(HEADER):
        raise _invalid("header", "columns", f"{len(names)} colonnes, 31 attendues.")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    try:
        packed = zipfile.is_zipfile(path)
        size = path.stat().st_size
        if not packed:
            with path.open("rb") as file:
                yield file, size
            return
    except OSError as error:
        raise _invalid("file", "unreadable", f"le fichier ne peut pas être lu ({type(error).__name__}).") from None
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if one.filename.lower().endswith(".txt")]
        if len(members) != 1 or members[0].flag_bits & 1:
            raise _invalid("file", "zip", "l'archive doit contenir un seul fichier .txt, sans mot de passe.")
        with archive.open(members[0]) as inside:
            yield inside, members[0].file_size


def _invalid(field: str, rule: str, message: str) -> WithFindings:
    return wrong(ExtractionInvalid, field, f"extraction_{rule}", message)
