"""SOAP 1.2 envelopes: read from a client, and the faults answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.namespaces import SOAP, WSA
from caducee_sandbox.xml import Element, NotXml, children, name, read_xml, text

ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"


class NotSoap(Exception):
    """The message is not a SOAP 1.2 envelope with one body element."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A SOAP message that was read. ``action`` and ``message_id`` are empty when absent."""

    root: Element = field(repr=False)
    header: Element | None = field(repr=False)
    content: Element = field(repr=False)
    action: str
    message_id: str

    def headers(self, namespace: str, local: str) -> list[Element]:
        """Return the header blocks of this name."""
        return [] if self.header is None else self.header.findall(name(namespace, local))


def read_envelope(message: bytes) -> Envelope:
    """Read a SOAP 1.2 message.

    Raises:
        NotSoap: not XML, not an envelope of SOAP 1.2, or not exactly one element in its body.
    """
    try:
        root = read_xml(message)
    except NotXml as error:
        raise NotSoap(str(error)) from None
    if root.tag != name(SOAP, "Envelope"):
        raise NotSoap("the root is not a SOAP 1.2 Envelope")
    body = root.find(name(SOAP, "Body"))
    if body is None or len(children(body)) != 1:
        raise NotSoap("the Body does not hold exactly one element")
    header = root.find(name(SOAP, "Header"))
    return Envelope(
        root=root,
        header=header,
        content=children(body)[0],
        action=_header(header, "Action"),
        message_id=_header(header, "MessageID"),
    )


def _header(header: Element | None, local: str) -> str:
    return "" if header is None else text(header.find(name(WSA, local)))


def answer_envelope(body: str, *, action: str, relates_to: str) -> bytes:
    """Return an answer with its WS-Addressing headers; ``body`` is XML."""
    related = f"<RelatesTo xmlns={quoteattr(WSA)}>{escape(relates_to)}</RelatesTo>" if relates_to else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><soap:Envelope xmlns:soap={quoteattr(SOAP)}><soap:Header>"
        f"<Action xmlns={quoteattr(WSA)}>{escape(action)}</Action>"
        f"<MessageID xmlns={quoteattr(WSA)}>urn:uuid:{uuid4()}</MessageID>"
        f"<To xmlns={quoteattr(WSA)}>{ANONYMOUS}</To>{related}"
        f"</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def fault_body(*, side: str, code: str, reason: str, detail: str = "") -> str:
    """Return a Fault: ``side`` is Sender or Receiver, ``code`` a subcode of the SOAP namespace, ``detail`` XML."""
    subcode = f"<soap:Subcode><soap:Value>soap:{escape(code)}</soap:Value></soap:Subcode>" if code else ""
    inner = f"<soap:Detail>{detail}</soap:Detail>" if detail else ""
    return (
        f"<soap:Fault xmlns:soap={quoteattr(SOAP)}><soap:Code><soap:Value>soap:{side}</soap:Value>{subcode}"
        f'</soap:Code><soap:Reason><soap:Text xml:lang="fr">{escape(reason)}</soap:Text></soap:Reason>{inner}'
        "</soap:Fault>"
    )
