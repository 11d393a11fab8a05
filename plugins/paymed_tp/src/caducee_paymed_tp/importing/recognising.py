"""From the bytes of a file to what it says, whatever its format. Formats are recognised by their content.

Readers are asked in turn. The neutral JSON is the seam: the simulator's files, whatever an adapter has read, and
invoices that the practice's software hands over as a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from caducee_paymed_tp.errors import FormatUnknown, TpInvalid
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.opening import ReadOptions
from caducee_paymed_tp.importing.from_formats import formats_reader
from caducee_paymed_tp.model.invoices import SignedInvoice
from caducee_paymed_tp.model.money import BankStatement, ReturnFile
from caducee_paymed_tp.model.sending import Receipt

Said = ReturnFile | BankStatement | Receipt | SignedInvoice
Reader = Callable[[bytes, str], tuple[Said, ...] | None]
"""Reads the content of a file with this SHA-256; ``None`` when it is not of its format.

Raises:
    TpInvalid: of its format, and damaged: the whole file is refused, with the place of the fault.
"""

_JSON = msgspec.json.Decoder(tuple[Said, ...])


def read_neutral(content: bytes, digest: str) -> tuple[Said, ...] | None:
    """Read neutral JSON: a list of tagged objects."""
    if not content.lstrip()[:2].startswith(b"[") or b'"type"' not in content[:4096]:
        return None
    try:
        read = _JSON.decode(content)
    except msgspec.DecodeError as error:
        raise invalid("file", "tp.json", f"Fichier illisible : {_place(error)}") from None
    return tuple(one if isinstance(one, SignedInvoice) else msgspec.structs.replace(one, digest=digest) for one in read)


def readers(options: ReadOptions, csv: Mapping[str, CsvMapping]) -> tuple[Reader, ...]:
    """Return the readers of a practice: what its formats must be told, the columns of its banks' CSV by any name."""
    return (read_neutral, formats_reader(options, csv=csv))


def recognise(content: bytes, readers: Sequence[Reader]) -> tuple[str, tuple[Said, ...]]:
    """Return the SHA-256 of a file and what it says.

    Raises:
        FormatUnknown: no reader takes it.
        FormatFault, TpInvalid: it is damaged, or books nothing.
    """
    digest = hashlib.sha256(content).hexdigest()
    for reader in readers:
        if (said := reader(content, digest)) is not None:
            return digest, said
    raise FormatUnknown(f"{len(content)} bytes of no known format")


def verified_statement(statement: BankStatement) -> BankStatement:
    """Return a statement whose balances agree with its movements.

    Raises:
        TpInvalid: they do not; nothing of it may be booked.
    """
    if statement.opening is not None and statement.closing is not None:
        total = sum(entry.amount for entry in statement.entries)
        if statement.opening + total != statement.closing:
            raise invalid("closing", "tp.balance", "Le solde de fin ne correspond pas aux mouvements du relevé.")
    return statement


def invalid(field: str, rule: str, message: str) -> TpInvalid:
    """Return the error of one fault."""
    from caducee.errors import Finding

    return TpInvalid((Finding(field=field, rule=rule, message=message),))


def _place(error: msgspec.DecodeError) -> str:
    """The path in the file, without the value that stands there."""
    text = str(error)
    return text[text.rindex("`$") :] if "`$" in text else "structure inattendue"
