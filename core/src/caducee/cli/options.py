"""Options that several commands share."""

from __future__ import annotations

import argparse


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return the parser of one command, with ``--config``."""
    made = argparse.ArgumentParser(prog=f"caducee {name}", description=description)
    add_config(made)
    return made


def add_config(to: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    to.add_argument("--config", default="caducee.toml", metavar="FILE", help="the configuration (./caducee.toml)")


def add_json(to: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    to.add_argument("--json", action="store_true", help="print JSON for a program to read")
