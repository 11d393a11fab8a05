"""``caducee tp import``: files into the ledger. Each is kept whole or not at all, and once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import anyio
import msgspec

from caducee.cli.printing import print_error, print_json
from caducee.errors import CaduceeError
from caducee_paymed_tp.api import ThirdPartyPayment
from caducee_paymed_tp.commands.opened import FAILED, OPERATOR, options, run
from caducee_paymed_tp.commands.progress import announce
from caducee_paymed_tp.importing.booking import Imported


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    file: str
    imported: Imported | None = None
    refused: str = ""


def main(argv: Sequence[str]) -> int:
    """Import each file; 1 when one was refused."""
    made = options(
        "import", "Imports invoices (neutral JSON), returns, receipts and bank statements, by their content."
    )
    made.add_argument("files", nargs="+", type=Path, metavar="FILE")
    return run(_import, made.parse_args(argv))


async def _import(service: ThirdPartyPayment, chosen: argparse.Namespace) -> int:
    done = []
    for at, path in enumerate(chosen.files, start=1):
        announce(path, f"{at}/{len(chosen.files)}")
        done.append(await _one(service, path))
        if not chosen.json:
            print(f"{at}/{len(chosen.files)} {path.name} : {_said(done[-1])}", flush=True)
    if chosen.json:
        print_json(done)
    return FAILED if any(one.refused for one in done) else 0


async def _one(service: ThirdPartyPayment, path: Path) -> Done:
    try:
        content = await anyio.Path(path).read_bytes()
        return Done(file=path.name, imported=await service.import_file(content, acting=OPERATOR))
    except OSError as error:
        print(f"{path.name} : lecture impossible ({error.strerror}).", file=sys.stderr)
        return Done(file=path.name, refused="file")
    except CaduceeError as error:
        print_error(error)
        return Done(file=path.name, refused=error.code)


def _said(done: Done) -> str:
    if done.imported is None:
        return f"refusé ({done.refused}), rien n'en a été gardé"
    if done.imported.known:
        return "déjà importé, rien n'a changé"
    names = {
        "invoices": "factures",
        "paid": "payés",
        "rejected": "rejetés",
        "deferred": "différés",
        "entries": "mouvements de banque",
        "receipts": "accusés",
        "unplaced": "sans facture",
    }
    counts = [
        f"{getattr(done.imported, name)} {label}" for name, label in names.items() if getattr(done.imported, name)
    ]
    return ", ".join(counts) or "rien de nouveau"
