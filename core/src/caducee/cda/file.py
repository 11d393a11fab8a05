"""A document as a file: the JSON form of the model, with who writes it, turned into a CDA."""

from __future__ import annotations

import codecs
import re

import msgspec

from caducee.cda.check import CdaChecker
from caducee.cda.seal import CdaSealer
from caducee.documents.identifiers import check_root, identify
from caducee.documents.ports import Sealed
from caducee.errors import DocumentInvalid, Finding
from caducee.model import bodies
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology

_AT = re.compile(r"`\$\.?([^`]*)`$")
_PURPOSE = "file"
MAX_BYTES = 25_000_000


class DocumentFile(Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document in JSON: the fields of the model, and what a kernel's configuration would say.

    ``practitioners`` holds at least the author, under the key that ``author`` names. ``oid_root`` is the OID arc of the
    installation, under which identifiers are made: the same file gives the same document.
    """

    practitioners: dict[str, Practitioner] = msgspec.field(default_factory=dict)
    oid_root: str = ""


class PrescriptionFile(DocumentFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document in JSON whose body is a prescription, of whatever kind: the same file as ``DocumentFile``."""

    body: (
        bodies.Prescription
        | bodies.BiologyPrescription
        | bodies.ImagingRequest
        | bodies.NursingPrescription
        | bodies.PhysiotherapyPrescription
    )


def decode(content: bytes) -> DocumentFile:
    """Read the JSON form of a document, in UTF-8; the byte order mark that some editors write is passed over.

    Raises:
        DocumentInvalid: not JSON, an unknown or missing field, a value of another type; the finding says which field.
    """
    try:
        return msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8), type=DocumentFile)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        message = "Ce champ manque, est inconnu ou n'a pas le type attendu (voir « caducee schema document »)."
        finding = Finding(field=found[1] if found else "", rule="json.model", message=f"{message} {_said(error)}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        finding = Finding(field="", rule="json.syntax", message="Ce fichier n'est pas du JSON.")
    raise DocumentInvalid((finding,))


def build(
    file: DocumentFile, *, environment: Environment = Environment.SANDBOX, terminology: Terminology | None = None
) -> Sealed:
    """Return the document, checked: what ``publish`` would send for the same model.

    Raises:
        DocumentInvalid: all findings at once, each with its field.
    """
    document = Document(**{name: getattr(file, name) for name in Document.__struct_fields__})
    author = file.practitioners.get(file.author)
    findings = list(_findings(file))
    terminology = terminology or Terminology.load()
    if author is None:
        message = "L'auteur n'est ni dans « practitioners » ni dans la configuration."
        findings.append(Finding(field="author", rule="author.configured", message=message))
    else:
        checker = CdaChecker(terminology=terminology, environment=environment, max_bytes=MAX_BYTES)
        findings.extend(checker.check(document, author))
    if findings or author is None:
        raise DocumentInvalid(tuple(findings))
    sealer = CdaSealer(oid_root=file.oid_root, terminology=terminology, copyist=PaperCopyist(environment))
    return sealer.seal(document, author, identify(file.oid_root, _PURPOSE, document.local_id, document.replaces))


def _findings(file: DocumentFile) -> tuple[Finding, ...]:
    try:
        check_root(file.oid_root)
    except ValueError:
        message = "L'arc d'OID de l'installation (« oid_root ») manque, n'est pas un OID ou est trop long."
        return (Finding(field="oid_root", rule="hl7.oid", message=message),)
    return ()


def _said(error: msgspec.ValidationError) -> str:
    """Keep what the decoder says of types and names of fields; it never quotes a value."""
    return str(error).split(" - at ")[0]
