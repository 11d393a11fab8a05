"""``caducee rx``: the prescription from a file of JSON, for who wants to try it without writing code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import anyio

from caducee import Actor, Audience, Kernel, load_config, open_kernel
from caducee.cda.check import CdaChecker
from caducee.cda.file import MAX_BYTES, DocumentFile, decode
from caducee.cli.pin import ask_pin
from caducee.cli.printing import print_error
from caducee.errors import CaduceeError, DocumentInvalid, Finding
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.terminology import Terminology
from caducee_eprescription.api import EPRESCRIPTION, Change, EPrescription, Life
from caducee_eprescription.errors import PrescriptionInvalid
from caducee_eprescription.products import Products
from caducee_eprescription.products.command import search_products
from caducee_eprescription.rules import check
from caducee_eprescription.rules.lines import LocalProducts

Run = Callable[[Kernel, EPrescription, argparse.Namespace], Awaitable[int]]
USAGE = 2


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands; 1 when it was refused."""
    chosen = _parser().parse_args(argv)
    try:
        if chosen.what == "check":
            return _check(chosen)
        if chosen.what == "products":
            return search_products(chosen)
        return anyio.run(partial(_with_kernel, _RUNS[chosen.what], chosen))
    except CaduceeError as error:
        print_error(error)
    except OSError as error:
        print(f"{error.filename} : {error.strerror}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caducee rx", description="The digital prescription (simulated service).")
    commands = parser.add_subparsers(dest="what", required=True)
    for name, told in (("check", "says what is wrong with a prescription"), ("issue", "issues a prescription")):
        one = commands.add_parser(name, help=told)
        one.add_argument("file", type=Path, metavar="FILE.json", help="its form: caducee schema prescription")
    index = "the local index of medicines: a product that is not in it is refused"
    commands.choices["check"].add_argument("--index", type=Path, metavar="FILE", help=index)
    issue = commands.choices["issue"]
    issue.add_argument("-o", "--output", type=Path, metavar="PDF", help="where the paper goes")
    issue.add_argument("--to", action="append", default=[], metavar="KIND", help="a destination (dmp), once each")
    issue.add_argument("--exempt", default="", metavar="WHY", help="do not register it")
    issue.add_argument("--replaces", default="", metavar="NUMBER", help="the prescription that it replaces")
    printed = commands.add_parser("print", help="writes the paper of a prescription")
    printed.add_argument("-o", "--output", type=Path, required=True, metavar="PDF")
    printed.add_argument("--duplicate", action="store_true", help="the second copy for the patient")
    follow = commands.add_parser("follow", help="shows what happens to a prescription")
    follow.add_argument("--once", action="store_true", help="ask once, do not wait")
    cancel = commands.add_parser("cancel", help="cancels a prescription at the base")
    cancel.add_argument("--reason", required=True)
    for one in (printed, follow, cancel):
        one.add_argument("reference", metavar="NUMBER", help="its number, or the local_id of the document")
    for one in (issue, printed, follow, cancel):
        one.add_argument("--config", default="caducee.toml", metavar="FILE", help="the configuration")
        one.add_argument("--acting", default="caducee rx", metavar="NAME", help="the doctor at the keyboard")
    _add_products(commands.add_parser("products", help="loads and searches the public base of medicines"))
    return parser


def _add_products(products: argparse.ArgumentParser) -> None:
    products.add_argument("--load", type=Path, metavar="FOLDER", help="the folder of the files, as downloaded")
    products.add_argument("--index", type=Path, required=True, metavar="FILE", help="the local index")
    products.add_argument("words", nargs="*", help="beginnings of words: a name, a substance, a CIS or a CIP code")


def _check(chosen: argparse.Namespace) -> int:
    file = decode(chosen.file.read_bytes())
    with Products(chosen.index) if chosen.index else nullcontext() as products:
        refused, warnings = _findings(file, products)
    for finding in warnings:
        print(f"  à vérifier : {finding.field} : {finding.message}")
    if refused:
        raise PrescriptionInvalid(refused)
    print("L'ordonnance peut être émise.")
    return 0


def _findings(file: DocumentFile, products: LocalProducts | None) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    from datetime import UTC, datetime

    author = file.practitioners.get(file.author)
    if author is None:
        message = "L'auteur n'est pas dans « practitioners »."
        raise DocumentInvalid((Finding(field="author", rule="author.configured", message=message),))
    document = _document(file)
    checker = CdaChecker(terminology=Terminology.load(), environment=Environment.SANDBOX, max_bytes=MAX_BYTES)
    checked = check(document, author, today=datetime.now(UTC).date(), products=products)
    return (*checker.check(document, author), *checked.refused), checked.warnings


def _document(file: DocumentFile) -> Document:
    return Document(**{name: getattr(file, name) for name in Document.__struct_fields__})


async def _with_kernel(run: Run, chosen: argparse.Namespace) -> int:
    async with open_kernel(load_config(chosen.config), pin_prompt=ask_pin) as kernel, kernel.use(EPRESCRIPTION) as rx:
        return await run(kernel, rx, chosen)


async def _issue(kernel: Kernel, rx: EPrescription, chosen: argparse.Namespace) -> int:
    document = _document(decode(chosen.file.read_bytes()))
    audience = Audience(*(kernel.destination(kind, {}) for kind in chosen.to))
    acting = Actor.doctor(chosen.acting)
    if chosen.replaces:
        issued = await rx.replace(chosen.replaces, document, audience, acting=acting, exempt=chosen.exempt)
    else:
        issued = await rx.issue(document, audience, acting=acting, exempt=chosen.exempt)
    if chosen.output:
        chosen.output.write_bytes(issued.pdf)
    for finding in issued.warnings:
        print(f"  à vérifier : {finding.field} : {finding.message}")
    print(f"{issued.number or issued.local_id} : {STATES[issued.state]}")
    if issued.document_id:
        print(f"document {issued.document_id}")
    return 0


async def _print(_: Kernel, rx: EPrescription, chosen: argparse.Namespace) -> int:
    chosen.output.write_bytes(await rx.paper(chosen.reference, duplicate=chosen.duplicate))
    return 0


async def _follow(_: Kernel, rx: EPrescription, chosen: argparse.Namespace) -> int:
    acting = Actor.doctor(chosen.acting)
    if chosen.once:
        _say_life(await rx.refresh(chosen.reference, acting=acting))
        return 0
    async for change in rx.follow(chosen.reference, acting=acting):
        _say(change)
    return 0


async def _cancel(_: Kernel, rx: EPrescription, chosen: argparse.Namespace) -> int:
    _say_life(await rx.cancel(chosen.reference, reason=chosen.reason, acting=Actor.doctor(chosen.acting)))
    return 0


def _say(change: Change) -> None:
    print(f"{change.at}  {STATES[change.state]}  ({change.what})")
    for line in change.lines:
        given = " ".join(filter(None, (line.product, line.quantity, line.reason)))
        print(f"    {line.line} : {ACTIONS[line.action]} {given}".rstrip())


def _say_life(life: Life) -> None:
    print(f"{life.number} : {STATES[life.state]}")


_RUNS: dict[str, Run] = {"issue": _issue, "print": _print, "follow": _follow, "cancel": _cancel}
STATES = {
    "draft": "brouillon",
    "validated": "validée",
    "registering": "en cours d'enregistrement",
    "registered": "enregistrée dans la base (simulée)",
    "partially_dispensed": "délivrée en partie",
    "dispensed": "délivrée",
    "rejected": "refusée par la base, à corriger",
    "local_only": "remise sans code",
    "cancelled": "annulée",
    "replaced": "remplacée",
    "expired": "expirée",
}
ACTIONS = {"dispensed": "délivré", "substituted": "substitué", "changed": "modifié", "not_dispensed": "non délivré"}
