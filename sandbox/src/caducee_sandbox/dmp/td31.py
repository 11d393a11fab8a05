"""TD3.1 (ITI-18): the stored queries, answered with what the caller may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.dmp.refusals import FAILURE, SUCCESS, RegistryError, error_list
from caducee_sandbox.dmp.refusals import refuse as refusal
from caducee_sandbox.dmp.registry import Entry, Link
from caducee_sandbox.dmp.rights import LIST, REFERENCE
from caducee_sandbox.dmp.stored_queries import GET_DOCUMENTS, QUERIES, Found, parameters_of
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import QUERY, RIM
from caducee_sandbox.xml import name

ASSOCIATION = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association"


def perform(call: Call, _: list[Attachment]) -> str:
    """Answer a stored query with the objects that the caller may see."""
    query = call.content.find(name(RIM, "AdhocQuery"))
    option = call.content.find(name(QUERY, "ResponseOption"))
    leaf = option is not None and option.get("returnType") == "LeafClass"
    identifier = "" if query is None else query.get("id") or ""
    if identifier not in QUERIES:
        raise refusal("XDSUnknownStoredQuery", identifier)
    reference = identifier == GET_DOCUMENTS and not leaf
    call.require(REFERENCE if reference else LIST)
    if not reference:
        call.require_consent()
    found = QUERIES[identifier](call, parameters_of(query))
    seen = _seen(call, found)
    if call.desk.limit is not None and len(seen) > call.desk.limit:
        raise refusal("XDSTooManyResults", f"{len(seen)} resultats")
    return _answer(SUCCESS, [xml if leaf else f"<ObjectRef id={quoteattr(uuid)}/>" for uuid, xml in seen])


def _seen(call: Call, found: Found) -> list[tuple[str, str]]:
    """Leave out what the caller may not see, and the links that would tell of it."""
    entries = [e for e in found.entries if call.sees(e)]
    ends = {end for link in found.links for end in (link.source, link.target)}
    known = [call.registry.by_entry_uuid(end) for end in ends]
    hidden = {e.entry_uuid for e in known if e is not None and not call.sees(e)}
    links = [link for link in found.links if not {link.source, link.target} & hidden]
    return [
        *((s.entry_uuid, s.package.decode()) for s in found.sets),
        *((f.uuid, f.package.decode()) for f in found.folders),
        *((e.entry_uuid, entry_xml(e)) for e in entries),
        *((link.uuid, _link_xml(link)) for link in links),
    ]


def entry_xml(entry: Entry) -> str:
    """Return the ExtrinsicObject of an entry, with its present status."""
    head, closing, rest = entry.metadata.decode().partition(">")
    return re.sub(r' status="[^"]*"', f" status={quoteattr(entry.status)}", head) + closing + rest


def _link_xml(link: Link) -> str:
    slots = "".join(
        f"<Slot name={quoteattr(key)}><ValueList>{''.join(f'<Value>{escape(v)}</Value>' for v in values)}"
        "</ValueList></Slot>"
        for key, values in link.slots.items()
    )
    return (
        f'<Association id={quoteattr(link.uuid)} objectType="{ASSOCIATION}" associationType={quoteattr(link.type)}'
        f" sourceObject={quoteattr(link.source)} targetObject={quoteattr(link.target)}>{slots}</Association>"
    )


def _answer(status: str, objects: list[str], errors: Sequence[RegistryError] = ()) -> str:
    return (
        f"<query:AdhocQueryResponse xmlns:query={quoteattr(QUERY)} xmlns={quoteattr(RIM)} status={quoteattr(status)}"
        f' startIndex="0" totalResultCount="{len(objects)}">{error_list(errors)}'
        f"<RegistryObjectList>{''.join(objects)}</RegistryObjectList></query:AdhocQueryResponse>"
    )


def refuse(errors: Sequence[RegistryError]) -> str:
    """Return the answer of a refusal."""
    return _answer(FAILURE, [], errors)


TRANSACTION = Transaction(
    name="TD3.1",
    service="registry",
    action="urn:ihe:iti:2007:RegistryStoredQuery",
    answer_action="urn:ihe:iti:2007:RegistryStoredQueryResponse",
    root=name(QUERY, "AdhocQueryRequest"),
    perform=perform,
    refuse=refuse,
)
