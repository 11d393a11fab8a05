"""``caducee document build INPUT.json… -o OUT``: the CDA of each input, or all that is wrong with it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from caducee.cda.file import DocumentFile, build, decode
from caducee.cli.document.progress import Progress
from caducee.cli.options import add_config
from caducee.cli.printing import file_error, print_error
from caducee.config import Config, load_config
from caducee.errors import CaduceeError
from caducee.model.environment import Environment
from caducee.platform.whole_file import write_whole
from caducee.practitioners import resolve_practitioners
from caducee.terminology import Terminology, terminology_of


def main(argv: Sequence[str]) -> int:
    """Build each input; the exit code is 1 when one of them was refused. The others are built all the same."""
    chosen = _options().parse_args(argv)
    inputs = [Path(name) for name in chosen.inputs]
    target = Path(chosen.output)
    if len(inputs) > 1 and not target.is_dir():
        print("caducee document build: several inputs need a folder for -o", file=sys.stderr)
        return 2
    config = load_config(chosen.config) if Path(chosen.config).exists() else None
    tables = terminology_of(config) if config else Terminology.load()
    progress = Progress(len(inputs))
    refused = 0
    for path in inputs:
        try:
            sealed = build(
                _completed(decode(path.read_bytes()), config), environment=_environment(config), terminology=tables
            )
            write_whole(target / f"{path.stem}.xml" if target.is_dir() else target, sealed.document)
        except OSError as error:
            refused += 1
            print(f"{path}: {file_error(error)}", file=sys.stderr)
        except CaduceeError as error:
            refused += 1
            print(f"{path}:", file=sys.stderr)
            print_error(error)
        progress.step(path.name)
    return 1 if refused else 0


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="caducee document build",
        description="Builds the CDA of documents in JSON (their form: caducee schema document).",
    )
    made.add_argument("inputs", nargs="+", metavar="INPUT.json")
    made.add_argument("-o", "--output", required=True, metavar="OUT", help="the file, or a folder for several inputs")
    add_config(made)
    return made


def _completed(file: DocumentFile, config: Config | None) -> DocumentFile:
    """What the file leaves out comes from the configuration, when there is one."""
    if config is None:
        return file
    known = resolve_practitioners(config, terminology_of(config))
    missing = {key: known.practitioner(key) for key in config.practitioner if key not in file.practitioners}
    return msgspec.structs.replace(
        file, practitioners={**file.practitioners, **missing}, oid_root=file.oid_root or config.documents.oid_root
    )


def _environment(config: Config | None) -> Environment:
    return config.kernel.environment if config else Environment.SANDBOX
