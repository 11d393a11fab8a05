"""Every XML file of the official examples, as a template without slots, comes out as lxml canonicalises it."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from caducee.rendering import Template

pytestmark = pytest.mark.conformance
TEMPLATE = "urn:caducee:template:1"
LEAST = 600


class Nothing(msgspec.Struct, array_like=True, frozen=True):
    """A template without slots needs no field."""


def examples() -> list[Path]:
    """Return the official examples and value sets."""
    return sorted(Path(os.environ["KIT"], "ans").rglob("*.xml"))


def as_template(text: str) -> bytes:
    """Wrap the root element of a file as it is written; braces are doubled, in any spelling."""
    body = re.sub(r"^\ufeff?\s*(<\?xml.*?\?>)?", "", text, count=1, flags=re.S)
    for brace, references in (("{", "&#123;|&#x7[bB];"), ("}", "&#125;|&#x7[dD];")):
        body = re.sub(references, brace, body).replace(brace, brace * 2)
    head = f'<t:document xmlns:t="{TEMPLATE}" model="Nothing" as="m" space="keep">'
    return f"{head}{body}</t:document>".encode()


def canonical(content: bytes) -> bytes:
    """Return the canonical form of the root element, without comments and processing instructions."""
    parser = etree.XMLParser(remove_pis=True, resolve_entities=False, no_network=True, huge_tree=True)
    out = io.BytesIO()
    tree = etree.parse(io.BytesIO(content), parser)
    etree.ElementTree(tree.getroot()).write_c14n(out, with_comments=False)
    return out.getvalue()


def test_every_official_file_without_slots_comes_out_as_its_canonical_form() -> None:
    files = examples()
    assert len(files) >= LEAST
    different = []
    for file in files:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
        template = Template.compile(file.name, as_template(text), Nothing)
        if template.render(Nothing()) != canonical(content):
            different.append(file.name)
    assert different == []
