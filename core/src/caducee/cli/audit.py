"""``caducee audit verify``: whether the audit trail is whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import anyio

from caducee.assembly import open_store
from caducee.cli.options import add_json, parser
from caducee.cli.printing import print_json
from caducee.config import Config, load_config


def main(argv: Sequence[str]) -> int:
    """Check the chain; 1 when it is broken."""
    options = parser("audit", "Checks the chain of the audit trail.")
    options.add_argument("what", choices=["verify"])
    add_json(options)
    chosen = options.parse_args(argv)
    entries, broken = anyio.run(_verify, load_config(chosen.config))
    if chosen.json:
        print_json({"entries": entries, "whole": broken is None, "broken": broken})
    elif broken is None:
        print(f"La piste d'audit est entière : {entries} entrée(s).")
    else:
        print(f"La piste d'audit est rompue : {broken} ({entries} entrée(s)).", file=sys.stderr)
    return 0 if broken is None else 1


async def _verify(config: Config) -> tuple[int, str | None]:
    async with open_store(config) as store:
        return await store.verify_audit()
