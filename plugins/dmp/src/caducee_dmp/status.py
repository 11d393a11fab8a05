"""Answers of the authorisation services: a status, a context, and rows (DMP, 3.5 and 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.errors import ProtocolViolation, ServiceRejected
from caducee.wire.xml import child, children, text
from caducee_dmp.exchange import SERVICE

OK = "DMPOk"


def read_output(answer: etree._Element, namespace: str, name: str) -> etree._Element:
    """Return the ``output`` of an answer whose status is DMPOk.

    Raises:
        ServiceRejected: another status, kept with its context.
        ProtocolViolation: another answer, or no status.
    """
    output = child(answer, namespace, "output")
    status = text(child(output, namespace, "status"))
    if answer.tag != f"{{{namespace}}}{name}" or output is None or not status:
        raise ProtocolViolation(SERVICE, f"not a {name}")
    if status != OK:
        raise ServiceRejected(SERVICE, "refused", service_code=status, service_text=context_of(output, namespace))
    return output


def context_of(output: etree._Element, namespace: str) -> str:
    """Return what the service says beside its status."""
    return text(child(output, namespace, "context"))


def rows(output: etree._Element, namespace: str, name: str) -> Iterator[etree._Element]:
    """Yield the rows of an output."""
    return children(output, namespace, name)
