"""``caducee ins``: work on many identities at once, without ever retrieving one in bulk."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import anyio

from caducee import Actor, load_config, open_kernel
from caducee.cli.options import add_json
from caducee.cli.printing import print_json
from caducee_insi.batch.run import BATCH, Outcome
from caducee_insi.due import Need

TITLES = {
    Need.RETRIEVE: "À récupérer à la prochaine venue",
    Need.DOCUMENT: "Pièce d'identité à contrôler",
    Need.VERIFY: "À revérifier",
    Need.DOUBT: "Identités douteuses ou fictives",
}


def main(argv: Sequence[str]) -> int:
    """Run one verb; 0, or 1 when it could not be done."""
    chosen = _options().parse_args(argv)
    try:
        content = chosen.file.read_bytes()
        found = anyio.run(partial(_qualify, chosen, content))
        if chosen.output:
            _write(chosen.output, found)
    except OSError as error:
        print(f"{error.filename} : {error.strerror}", file=sys.stderr)
        return 1
    if chosen.json:
        print_json(found)
    else:
        print(_told(found))
    return 0


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee ins", description="Stored identities (INS), many at once.")
    verbs = made.add_subparsers(dest="verb", required=True)
    taking = verbs.add_parser(
        "qualify",
        help="verifies the INS of a CSV file that are due, lists what the others need; goes on after a kill",
    )
    taking.add_argument("file", metavar="FILE.csv", type=Path)
    taking.add_argument("-o", "--output", metavar="CSV", type=Path, help="where the list goes")
    taking.add_argument("--config", default="caducee.toml", metavar="FILE", help="the configuration")
    taking.add_argument("--acting", default="caducee ins", metavar="NAME", help="the secretary at the keyboard")
    add_json(taking)
    return made


async def _qualify(chosen: argparse.Namespace, content: bytes) -> tuple[Outcome, ...]:
    async with open_kernel(load_config(chosen.config)) as kernel, kernel.use(BATCH) as batch:
        return await batch.qualify(content, acting=Actor.secretary(chosen.acting), progress=_show)


def _show(done: int, total: int) -> None:
    print(f"INS vérifiés : {done} sur {total}", file=sys.stderr, flush=True)


def _told(found: tuple[Outcome, ...]) -> str:
    verified = [one for one in found if one.coherent is not None]
    failed = sum(one.coherent is False for one in verified)
    lines = [f"{len(found)} dossier(s), {len(verified)} INS vérifié(s), dont {failed} non reconnu(s)."]
    for need, title in TITLES.items():
        concerned = [(one.local_id, wanted.why) for one in found for wanted in one.needs if wanted.need is need]
        if concerned:
            lines += ["", f"{title} : {len(concerned)}", *(f"  {local_id} : {why}" for local_id, why in concerned)]
    return "\n".join(lines)


def _write(path: Path, found: tuple[Outcome, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("local_id", "verified", "code", "needs", "why"))
        for one in found:
            verified = {True: "yes", False: "no", None: ""}[one.coherent]
            needs = " ".join(wanted.need.value for wanted in one.needs)
            writer.writerow((one.local_id, verified, one.code, needs, " ".join(wanted.why for wanted in one.needs)))
