"""``caducee mss read``: what mails say and carry, where their documents would be filed. Nothing is sent or filed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from caducee.errors import CaduceeError
from caducee.model.environment import Environment
from caducee_mss.command.extracting import extract
from caducee_mss.command.patients import ListedPatients
from caducee_mss.command.summary import MailSummary, summarise, unreadable
from caducee_mss.command.words import said
from caducee_mss.reading import Mail, read_mail

DOUBTFUL = 1
UNREADABLE = 3


def main(argv: Sequence[str]) -> int:
    """Read each mail: 0 when all is well, 1 when a person must look at one, 3 when one cannot be read."""
    chosen = _options().parse_args(argv)
    source = Path(chosen.source)
    if not source.exists():
        print(f"{source}: n'existe pas", file=sys.stderr)
        return UNREADABLE
    known = ListedPatients.of(Path(chosen.patients)) if chosen.patients else ListedPatients(())
    files = sorted(one for one in source.rglob("*") if one.is_file()) if source.is_dir() else [source]
    progress = Progress(len(files)) if source.is_dir() else None
    worst = 0
    for file, summary in _summaries(files, known, chosen):
        _print(summary, as_json=chosen.json, alone=not source.is_dir())
        worst = max(worst, UNREADABLE if summary.error else DOUBTFUL if summary.needs_a_person else 0)
        if progress is not None:
            progress.step(file.name)
    return worst


class Progress:
    """Says on the error output how far a folder is."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def step(self, name: str) -> None:
        """Say that one more mail is done."""
        self._done += 1
        shown = "".join(one if one.isprintable() else "?" for one in name)
        print(f"{self._done}/{self._total} {shown}", file=sys.stderr)


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="caducee mss read",
        description="Says what a secure mail carries and where it would be filed. Needs no configuration.",
        epilog="Exit code: 0 all is well, 1 a person must look, 2 wrong call, 3 a file is no mail or cannot be read.",
    )
    made.add_argument("source", metavar="FILE|FOLDER", help="a mail, or a folder of mails")
    made.add_argument("--json", action="store_true", help="print JSON: one line for each mail of a folder")
    made.add_argument("--extract", metavar="FOLDER", help="save what is attached there, under safe names")
    made.add_argument("--patients", metavar="FILE", help="the patients known here: a JSON list")
    made.add_argument("--environment", default="sandbox", choices=[one.value for one in Environment])
    return made


def _summaries(
    files: list[Path], known: ListedPatients, chosen: argparse.Namespace
) -> Iterator[tuple[Path, MailSummary]]:
    environment = Environment(chosen.environment)
    for file in files:
        try:
            mail = read_mail(file.read_bytes())
        except OSError as error:
            yield file, unreadable(file, "file", error.strerror or "illisible")
            continue
        except CaduceeError as error:
            yield file, unreadable(file, error.code, error.explain().sentence)
            continue
        saved = _saved(mail, file, chosen)
        yield file, summarise(file, mail, known=known, environment=environment, saved=saved)


def _saved(mail: Mail, file: Path, chosen: argparse.Namespace) -> dict[str, str]:
    if not chosen.extract:
        return {}
    folder = Path(chosen.extract)
    return extract(mail, folder / file.stem if Path(chosen.source).is_dir() else folder)


def _print(summary: MailSummary, *, as_json: bool, alone: bool) -> None:
    if not as_json:
        print(said(summary))
        return
    encoded = msgspec.json.encode(summary)
    print((msgspec.json.format(encoded, indent=2) if alone else encoded).decode())
