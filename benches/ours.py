"""Caducée's own path, by the code that the SDK runs: seal, metadata, set signature, ITI-41 body, MTOM package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from benches.document.model import ARC, Report
from benches.document.template import report_template
from benches.key import Key
from caducee.cda.entry import derive
from caducee.cda.header import N1
from caducee.errors import CaduceeError
from caducee.model.codes import Code
from caducee.model.practice import Organisation, Practitioner
from caducee.rendering import Template
from caducee.rendering.template import Sealed
from caducee.wire import mtom
from caducee.wire.dsg import DsgWriter, SignedDocument
from caducee.wire.xds.entry import extrinsic, ins_of
from caducee.wire.xds.signature_entry import SignatureDocument, signature_extrinsic
from caducee.wire.xds.submission import ACTION, SubmissionSet, SubmissionWriter, author_slots, signs

CLASS = Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")
FORMAT = Code("urn:ihe:iti:xds:2017:mimeTypeSufficient", "1.3.6.1.4.1.19376.1.2.3", "Format")
_CONTENT = Code("07", "1.2.250.1.213.2.2", "Consultation")
_WINDOW = 5
"""Documents that are sealed in one call: threads that do the same hardly wait for each other."""
SIGNED_AT = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
_AUTHOR = Practitioner(
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    profession=Code("10", "1.2.250.1.71.1.2.7", "Médecin"),
    specialty=Code("SM26", "1.2.250.1.71.4.2.5", "Qualifié en Médecine Générale (SM)"),
    author_specialty=Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en Médecine Générale (SM)"),
    organisation=Organisation(
        identifier="499700000017001",
        name="Laboratoire d'essai Roux & associés",
        sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
        setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
    ),
)


def build(report: Report) -> bytes:
    """Return the document."""
    return report_template().render(report)


class Submitting:
    """Makes signed submissions with one key: the writers are made once, as the plugin of the DMP does."""

    def __init__(self, key: Key, template: Template | None = None) -> None:
        self._key = key
        self._template = template or report_template()
        self._dsg = DsgWriter("sha256")
        self._writer = SubmissionWriter()

    def submit(self, reports: Sequence[Report | N1]) -> bytes:
        """Return the whole MTOM body of one submission of these reports, signed once."""
        attachments, entries, signed = [], [], []
        sealed = zip(reports, self._sealed(reports), strict=True)
        for number, (report, (document, sha1, sha256)) in enumerate(sealed, start=1):
            entry = derive(report, class_=CLASS, format_=FORMAT, sha1=sha1, size=len(document))
            attachments.append(_part(f"Document{number:02}", document))
            entries.append(extrinsic(entry, symbol=f"Document{number:02}", with_hash=True))
            signed.append(SignedDocument(unique_id=entry.document_id, sha1=sha1, sha256=sha256))
        prepared = self._dsg.prepare(
            set_id=f"{ARC}.9", documents=tuple(signed), certificate=self._key.certificate, signing_time=SIGNED_AT
        )
        signature = prepared.finish(self._key.native.sign_sha256(prepared.to_sign))
        made = SignatureDocument(
            unique_id=f"{ARC}.10",
            submission_time="20261125073000",
            sha1=hashlib.sha1(signature, usedforsecurity=False).hexdigest(),
            size=len(signature),
        )
        attachments.append(_part("Signature01", signature))
        body = self._writer.write(
            SubmissionSet(
                unique_id=f"{ARC}.9",
                source_id=ARC,
                submission_time="20261125073000",
                patient=ins_of(entry),
                author=_AUTHOR,
                content_type=_CONTENT,
            ),
            entries=(*entries, signature_extrinsic(made, entries[0], author_slots(_AUTHOR), symbol="Signature01")),
            links=(signs("Signature01"),),
            attachments=tuple(attachments),
        )
        return b"".join(mtom.write(body, attachments, action=ACTION)[1])

    def _sealed(self, reports: Sequence[Report | N1]) -> Iterator[Sealed]:
        if len(reports) == 1:
            yield self._template.seal(reports[0])
            return
        for one in self._template.seal_many(reports, workers=1, window=_WINDOW):
            if isinstance(one, CaduceeError):
                raise one
            yield one


def _part(name: str, content: bytes) -> mtom.Attachment:
    return mtom.Attachment(content_id=f"{name}@caducee", content_type="text/xml", content=content)
