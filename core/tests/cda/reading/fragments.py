"""Documents of a few elements."""

from __future__ import annotations


def around(inner: str) -> bytes:
    """Return a document that holds this."""
    return f'<ClinicalDocument xmlns="urn:hl7-org:v3">{inner}</ClinicalDocument>'.encode()


def structured(components: str) -> str:
    """Return a structured body of these components."""
    return f"<component><structuredBody>{components}</structuredBody></component>"


def section(inner: str) -> bytes:
    """Return a document of one section that holds this."""
    return around(structured(f"<component><section><title>T</title>{inner}</section></component>"))
