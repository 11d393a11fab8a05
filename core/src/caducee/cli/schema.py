"""``caducee schema config | serve | document``: the JSON Schema of the configuration, of ``serve``, of documents."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import anyio
import msgspec

from caducee.cli.options import parser
from caducee.cli.printing import print_json
from caducee.config import config_schema
from caducee.errors import PluginRefused
from caducee.plugins import installed_plugins
from caducee.plugins.loading import register


def main(argv: Sequence[str]) -> int:
    """Print the schema. The configuration may be wrong or absent: only its list of plugins is looked at."""
    options = parser(
        "schema", "Prints the JSON Schema of caducee.toml, of caducee serve, of documents, or of prescriptions alone."
    )
    options.add_argument("what", choices=["config", "serve", "document", "prescription"])
    chosen = options.parse_args(argv)
    if chosen.what == "serve":
        from caducee.serve import schema

        print_json(schema())
        return 0
    if chosen.what == "document":
        from caducee.cda.file import DocumentFile

        print_json(msgspec.json.schema(DocumentFile))
        return 0
    if chosen.what == "prescription":
        from caducee.cda.file import PrescriptionFile

        print_json(msgspec.json.schema(PrescriptionFile))
        return 0
    print_json(config_schema(anyio.run(_structs, _enabled(Path(chosen.config)))))
    return 0


def _enabled(file: Path) -> tuple[str, ...]:
    try:
        kernel = tomllib.loads(file.read_text(encoding="utf-8")).get("kernel")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ()
    names = kernel.get("plugins") if isinstance(kernel, dict) else None
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


async def _structs(names: Sequence[str]) -> dict[str, type[msgspec.Struct]]:
    known = installed_plugins()
    structs: dict[str, type[msgspec.Struct]] = {}
    for name in names:
        try:
            registration, _ = await register(known[name])
        except KeyError:
            print(f"caducee schema: plugin {name} is not installed", file=sys.stderr)
        except PluginRefused as refusal:
            print(f"caducee schema: {refusal}", file=sys.stderr)
        else:
            if registration.struct is not None:
                structs[name] = registration.struct
    return structs
