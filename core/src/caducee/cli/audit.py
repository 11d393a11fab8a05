"""``caducee audit verify | export``: whether the audit trail is whole; the trail as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import anyio
import msgspec

from caducee.assembly import open_store
from caducee.cli.options import add_json, parser
from caducee.cli.printing import print_json
from caducee.config import Config, load_config


def main(argv: Sequence[str]) -> int:
    """Check the chain; 1 when it is broken."""
    options = parser("audit", "Checks the chain of the audit trail, or writes it out as JSON lines.")
    options.add_argument("what", choices=["verify", "export"])
    options.add_argument("-o", "--output", type=Path, metavar="FILE", help="export: the file to make")
    add_json(options)
    chosen = options.parse_args(argv)
    if chosen.what == "export":
        if chosen.output is None:
            options.error("export needs -o FILE")
        return anyio.run(_export, load_config(chosen.config), chosen.output)
    entries, broken = anyio.run(_verify, load_config(chosen.config))
    if chosen.json:
        print_json({"entries": entries, "whole": broken is None, "broken": broken})
    elif broken is None:
        print(f"La piste d'audit est entière : {entries} entrée(s).")
    else:
        print(f"La piste d'audit est rompue : {broken} ({entries} entrée(s)).", file=sys.stderr)
    return 0 if broken is None else 1


async def _export(config: Config, output: Path) -> int:
    """Write every entry, then whether the chain is whole: a file without that last line is not complete."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        print(f"{output.name} ne peut pas être créé ({error.strerror}).", file=sys.stderr)
        return 1
    count = 0
    with os.fdopen(descriptor, "wb") as file:
        async with open_store(config) as store:
            async for number, at, entry in store.audit_entries():
                line = {"number": number, "at": at, **msgspec.structs.asdict(entry)}
                file.write(msgspec.json.encode(line) + b"\n")
                count += 1
            entries, broken = await store.verify_audit()
        whole = broken is None and entries == count
        file.write(msgspec.json.encode({"entries": count, "whole": whole, "broken": broken}) + b"\n")
    print(f"{count} entrée(s) écrites ; ce fichier désigne des patients : gardez-le comme un dossier.", file=sys.stderr)
    if not whole:
        print(f"La piste d'audit est rompue : {broken}.", file=sys.stderr)
    return 0 if whole else 1


async def _verify(config: Config) -> tuple[int, str | None]:
    async with open_store(config) as store:
        return await store.verify_audit()
