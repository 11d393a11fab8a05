"""TD3.2 (ITI-43): retrieve documents, in a multipart answer."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote
from uuid import uuid4
from xml.sax.saxutils import escape

from caducee_sandbox.dmp.refusals import FAILURE, PARTIAL, RegistryError, registry_response
from caducee_sandbox.dmp.registry import Entry
from caducee_sandbox.dmp.rights import READ
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import XDS, XOP
from caducee_sandbox.xml import Element, name, text

REPOSITORY = "1.2.250.1.213.4.1.1.1.2"


def perform(call: Call, attachments: list[Attachment]) -> str:
    """Give the documents that exist and may be read; the others are errors."""
    call.require(READ)
    call.require_consent()
    found, errors = [], []
    for request in call.content.iterfind(name(XDS, "DocumentRequest")):
        entry = _asked(call, request)
        if isinstance(entry, RegistryError):
            errors.append(entry)
        else:
            found.append(entry)
    for entry in found:
        call.notify("document_read", entry.unique_id)
    status = "" if not errors else PARTIAL if found else FAILURE
    responses = "".join(_response(entry, attachments) for entry in found)
    return _answer(registry_response(errors, status=status) + responses)


def _asked(call: Call, request: Element) -> Entry | RegistryError:
    repository = text(request.find(name(XDS, "RepositoryUniqueId")))
    unique_id = text(request.find(name(XDS, "DocumentUniqueId")))
    if repository != REPOSITORY:
        return RegistryError("XDSUnknownRepositoryId", repository)
    entry = call.registry.by_unique_id(unique_id)
    if entry is None or not call.sees(entry) or entry.patient != str(call.caller.patient):
        return RegistryError("XDSDocumentUniqueIdError", unique_id)
    return entry


def _response(entry: Entry, attachments: list[Attachment]) -> str:
    content_id = f"{uuid4()}@sandbox"
    attachments.append(Attachment(content_id, entry.mime_type, entry.content))
    include = f'<xop:Include xmlns:xop="{XOP}" href="cid:{quote(content_id, safe="")}"/>'
    return (
        f"<xds:DocumentResponse><xds:RepositoryUniqueId>{REPOSITORY}</xds:RepositoryUniqueId>"
        f"<xds:DocumentUniqueId>{escape(entry.unique_id)}</xds:DocumentUniqueId>"
        f"<xds:mimeType>{escape(entry.mime_type)}</xds:mimeType><xds:Document>{include}</xds:Document>"
        "</xds:DocumentResponse>"
    )


def _answer(inner: str) -> str:
    return f'<xds:RetrieveDocumentSetResponse xmlns:xds="{XDS}">{inner}</xds:RetrieveDocumentSetResponse>'


def refuse(errors: Sequence[RegistryError]) -> str:
    """Return the answer of a refusal."""
    return _answer(registry_response(errors))


TRANSACTION = Transaction(
    name="TD3.2",
    service="repository",
    action="urn:ihe:iti:2007:RetrieveDocumentSet",
    answer_action="urn:ihe:iti:2007:RetrieveDocumentSetResponse",
    root=name(XDS, "RetrieveDocumentSetRequest"),
    perform=perform,
    refuse=refuse,
    answers_parts=True,
)
