"""``caducee annuaire``: imports the public extraction and searches it. Offline: no configuration, no service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from caducee.cli.options import add_json
from caducee.cli.printing import print_json, print_table
from caducee.errors import CaduceeError
from caducee_annuaire.extraction.building import Imported, import_extraction
from caducee_annuaire.extraction.index import Index
from caducee_annuaire.offline import suggestion

PLACE = Path("annuaire.sqlite")


def main(argv: Sequence[str]) -> int:
    """Run one verb; 0, 1 when it could not be done or found nothing, 2 for a wrong use."""
    chosen = _options().parse_args(argv)
    if chosen.verb == "import":
        return _import(chosen.file, chosen.into)
    return _search(" ".join(chosen.words), chosen.index, limit=chosen.limit, as_json=chosen.json)


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee annuaire", description="The secure mailboxes known on this machine.")
    verbs = made.add_subparsers(dest="verb", required=True)
    taking = verbs.add_parser("import", help="the public extraction (.txt, or .zip of it) becomes the index")
    taking.add_argument("file", metavar="FILE", type=Path)
    taking.add_argument("--into", metavar="PATH", type=Path, default=PLACE, help=f"the index (./{PLACE})")
    looking = verbs.add_parser("search", help="beginnings of words: name, given name, city, structure")
    looking.add_argument("words", metavar="WORDS", nargs="+")
    looking.add_argument("--index", metavar="PATH", type=Path, default=PLACE, help=f"the index (./{PLACE})")
    looking.add_argument("--limit", metavar="N", type=_few, default=20, help="at most so many lines (20, up to 500)")
    add_json(looking)
    return made


def _few(text: str) -> int:
    if not 1 <= int(text) <= 500:
        raise ValueError
    return int(text)


def _import(file: Path, into: Path) -> int:
    shown = Shown()
    try:
        done = import_extraction(file, into, progress=shown)
    except CaduceeError:
        shown.end()
        raise
    except OSError as error:
        shown.end()
        why = error.strerror or "disque plein ou inaccessible"
        print(f"L'index n'a pas pu être écrit ({why}) ; le précédent reste utilisé.", file=sys.stderr)
        return 1
    shown.end()
    print(_told(done, into))
    return 0


def _told(done: Imported, into: Path) -> str:
    lines = f"{done.lines:,}".replace(",", " ")
    told = f"{lines} boîtes importées dans {into} (extraction du {done.edition:%d/%m/%Y}, {done.seconds:.0f} s)."
    if done.rejected:
        first = ", ".join(map(str, done.rejected[:5]))
        told += f"\n{len(done.rejected)} ligne(s) inutilisable(s) laissée(s) de côté, dont : {first}."
    return told


def _search(typed: str, index: Path, *, limit: int, as_json: bool) -> int:
    rows = Index(index).suggest(typed, limit)
    found = [suggestion(box) for box in rows.boxes]
    if as_json:
        print_json({"edition": rows.edition, "boxes": found})
    elif found:
        header = ("nom", "profession", "structure", "ville", "adresse")
        place = [(f"{one.postal_code} {one.city}".strip(), one.mailbox.address) for one in found]
        shown = zip(found, place, strict=True)
        print_table(header, [(one.name, one.profession, one.structure_name, *where) for one, where in shown])
    else:
        print(f"Aucune boîte ne correspond à « {typed} » (extraction du {rows.edition:%d/%m/%Y}).", file=sys.stderr)
    return 0 if found else 1


class Shown:
    """Progress on the error output: one line that moves on a terminal, one line for each step elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last = ("", -1)

    def __call__(self, step: str, part: float) -> None:
        """Show how far a step is."""
        state = (step, int(100 * part))
        if state == self._last:
            return
        if self._live:
            print(f"\r{step} : {state[1]:3d} %", end="", file=sys.stderr, flush=True)
        elif step != self._last[0]:
            print(f"{step}…", file=sys.stderr)
        self._last = state

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._last[0]:
            print(file=sys.stderr)
