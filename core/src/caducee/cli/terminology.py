"""``caducee terminology list | import``: which value sets are loaded; value sets of one's own, in our format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from caducee.cli.options import add_json
from caducee.cli.printing import file_error, print_json, print_table
from caducee.platform.whole_file import write_whole
from caducee.terminology import TableName, Terminology
from caducee.terminology.importing import imported


def main(argv: Sequence[str]) -> int:
    """Run one verb."""
    chosen = _options().parse_args(argv)
    folder = Path(chosen.folder) if chosen.folder else None
    if chosen.verb == "import":
        return _import(chosen.file, chosen.table, Path(chosen.folder))
    editions = Terminology(folder).editions()
    if chosen.json:
        print_json(editions)
    else:
        print_table(
            ("table", "edition", "certainty", "title"), [(e.table, e.edition, e.certainty, e.title) for e in editions]
        )
    return 0


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee terminology", description="The value sets of documents.")
    verbs = made.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="the tables, their editions, how far they are known")
    listing.add_argument("--folder", metavar="FOLDER", help="tables of one's own (documents.terminology)")
    add_json(listing)
    taking = verbs.add_parser("import", help="a published value set (IHE SVS, XML) becomes a table")
    taking.add_argument("file", metavar="FILE.xml")
    taking.add_argument("--table", required=True, choices=[name.value for name in TableName])
    taking.add_argument("--folder", required=True, metavar="FOLDER", help="where tables of one's own are kept")
    return made


def _import(name: str, table: str, folder: Path) -> int:
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        print(f"{name}: {file_error(error)}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{table}.toml", imported(content).encode())
    print(f"{folder / table}.toml")
    return 0
