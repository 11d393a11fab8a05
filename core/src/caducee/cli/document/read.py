"""``caducee document read FILE --json | --html | --pdf``: what a document says, without any configuration."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from caducee.cda.reading import ReadDocument, read_document
from caducee.cda.view import to_html, to_pdf
from caducee.cli.printing import file_error
from caducee.platform.whole_file import write_whole


def main(argv: Sequence[str]) -> int:
    """Show one document; what is odd in it is said on the error output."""
    chosen = _options().parse_args(argv)
    try:
        content = Path(chosen.file).read_bytes()
    except OSError as error:
        print(f"{chosen.file}: {file_error(error)}", file=sys.stderr)
        return 1
    document = read_document(content)
    for warning in document.warnings:
        print(f"{chosen.file}:{warning.line}: {warning.message} ({warning.code}, {warning.xpath})", file=sys.stderr)
    shown = _shown(document, chosen.form)
    if chosen.output:
        try:
            write_whole(Path(chosen.output), shown)
        except OSError as error:
            print(f"{chosen.output}: {file_error(error)}", file=sys.stderr)
            return 1
    else:
        sys.stdout.buffer.write(shown)
        sys.stdout.buffer.flush()
    return 0


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee document read", description="Shows a CDA R2 document of any kind.")
    made.add_argument("file", metavar="FILE")
    form = made.add_mutually_exclusive_group(required=True)
    for name, text in (("json", "all that it says, for a program"), ("html", "a page"), ("pdf", "a PDF/A-1b")):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=text)
    made.add_argument("-o", "--output", metavar="OUT", help="the file to write (the standard output unless said)")
    return made


def _shown(document: ReadDocument, form: str) -> bytes:
    if form == "html":
        return to_html(document).encode()
    if form == "pdf":
        return to_pdf(document)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
