"""The verbs of a record that is carried: ``kernel.records``, to a line or to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from caducee.blocking import BlockingKernel
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.platform.whole_file import write_whole
from caducee.portability.json import from_json, to_json
from caducee.portability.model import PortableRecord
from caducee.portability.xdm import from_xdm, to_xdm
from caducee.serve.messages import BadParams
from caducee.serve.params import Params
from caducee.wire.xdm import Application
from caducee.wire.xds.submission import SubmissionSet

_ZIP = b"PK"


class HandedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who hands a record over, when and under which identifiers, and which software writes the archive."""

    submission: SubmissionSet
    application: Application


class ExportRecord(Params, frozen=True, kw_only=True):
    """``records.export_record``: everything sent and received about a patient.

    ``file`` is where it is written instead, readable by its owner only: as IHE_XDM with ``xdm``, else as JSON. It must
    not exist, and the result is then null.
    """

    verb = "records.export_record"
    result = PortableRecord | None
    patient: Patient
    acting: Actor
    file: str = ""
    xdm: HandedOver | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Give it."""
        if self.xdm is not None and not self.file:
            raise BadParams("Object wants a file for an archive")
        record: PortableRecord = kernel.records.export_record(self.patient, acting=self.acting)
        if not self.file:
            return record
        _write(Path(self.file), self._written(record))
        return None

    def _written(self, record: PortableRecord) -> bytes:
        if self.xdm is None:
            return to_json(record)
        return to_xdm(record, self.xdm.submission, application=self.xdm.application)


class ImportRecord(Params, frozen=True, kw_only=True):
    """``records.import_record``: take in a ``record``, or that of a ``file`` (JSON or IHE_XDM), as a patient's here."""

    verb = "records.import_record"
    into: Patient
    acting: Actor
    record: PortableRecord | None = None
    file: str = ""

    def run(self, kernel: BlockingKernel) -> Any:
        """Take it in, its hashes compared."""
        if (self.record is None) == (not self.file):
            raise BadParams("Object wants either a record or a file")
        record = from_json(to_json(self.record)) if self.record is not None else _read(Path(self.file))
        kernel.records.import_record(record, into=self.into, acting=self.acting)


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content, over=False)
    except OSError as error:
        raise BadParams(f"The file cannot be written ({error.strerror})", within="$.file") from None


def _read(path: Path) -> PortableRecord:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadParams(f"The file cannot be read ({error.strerror})", within="$.file") from None
    return from_xdm(content) if content.startswith(_ZIP) else from_json(content)


VERBS: tuple[type[Params], ...] = (ExportRecord, ImportRecord)
