"""``caducee tp parse FILE``: recognises a file by its content, verifies it to its end, prints what it holds.

Needs no configuration. Nothing of a file that fails is printed but the fault and its place.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from caducee.cli.options import add_json
from caducee.errors import ConfigError, Finding
from caducee_paymed_tp.commands.progress import Watched
from caducee_paymed_tp.commands.shown import print_rows
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.opening import ReadOptions, Row, read_rows
from caducee_paymed_tp.formats.quarantine import verified
from caducee_paymed_tp.formats.reading import Reading
from caducee_paymed_tp.formats.recognise import FileFormat, recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NOT_READ = 2


def main(argv: Sequence[str]) -> int:
    """Print what the file holds. Exit code: 0 verified, 1 set aside or not recognised, 2 not readable.

    Raises:
        FormatFault: the file is not recognised, or fails.
        ConfigError: the declaration of columns cannot be used.
    """
    options = _options().parse_args(argv)
    try:
        told = ReadOptions(csv=_mapping(options.csv) if options.csv else None)
        source = Path(options.file).open("rb", buffering=0)  # noqa: SIM115 - closed with what watches it
    except OSError as error:
        print(f"{error.filename} : lecture impossible ({error.strerror}).", file=sys.stderr)
        return _NOT_READ
    return _parse(source, told, as_json=options.json)


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee tp parse", description="Recognises a file and prints what it holds.")
    made.add_argument("file", metavar="FILE", help="B2, NOEMIE PS, CAMT, CFONB 120, OFX, whatever its name")
    made.add_argument("--csv", metavar="MAPPING.toml", help="the file is a CSV, with these columns")
    add_json(made)
    return made


def _parse(source: FileIO, told: ReadOptions, *, as_json: bool) -> int:
    with Watched(source) as watched:
        found = FileFormat.CSV if told.csv else recognise(watched)
        readings: list[Reading] = []

        def read(again: BinaryIO) -> Iterator[Row]:
            readings.append(Reading())
            return read_rows(again, found, options=told, reading=readings[-1])

        rows = verified(watched, read)
        if as_json:
            _print_json(found, rows, readings)
        else:
            print_rows(found, rows, readings)
    return 0


def _print_json(found: FileFormat, rows: Iterable[Row], readings: list[Reading]) -> None:
    """Print one JSON document, row by row: a large file is never held."""
    put = sys.stdout.write
    put(f'{{"format":"{found}","rows":[')
    for number, row in enumerate(rows):
        put((",\n" if number else "\n") + msgspec.json.encode(row).decode())
    reading = readings[-1]
    rest = {"counts": reading.counts, "unknown": reading.unknown, "remarks": reading.remarks}
    put("\n]," + msgspec.json.encode(rest).decode()[1:] + "\n")


def _mapping(name: str) -> CsvMapping:
    try:
        return msgspec.convert(tomllib.loads(Path(name).read_text(encoding="utf-8")), CsvMapping)
    except ValueError as error:
        found = Finding(field=name, rule="csv_mapping", message=f"Déclaration de colonnes invalide : {error}.")
        raise ConfigError((found,)) from None
