from __future__ import annotations

import base64
import hashlib

import msgspec
import pytest

from caducee.errors import DocumentInvalid
from caducee.rendering import SigningTemplates, Template, TemplateError
from caducee.rendering.signing import Digest


class Named(msgspec.Struct, array_like=True, frozen=True):
    name: str
    digest: str = ""
    value: str = ""


def template(inside: str) -> Template:
    source = f'<t:document xmlns:t="urn:caducee:template:1" model="Named" as="m">{inside}</t:document>'
    return Template.compile("named.xml", source.encode(), Named)


SIGNING = SigningTemplates(
    parts=(template("<part>{m.name}</part>"),),
    signed=template("<signed>{m.digest}</signed>"),
    whole=template("<whole><part>{m.name}</part><signed>{m.digest}</signed>{m.value}</whole>"),
)


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_what_is_signed_names_the_digest_of_the_part_as_it_is_written(digest: Digest) -> None:
    to_sign, prepared = SIGNING.prepare(Named("Été & hiver"), digest)
    part = "<part>Été &amp; hiver</part>"
    named = base64.b64encode(hashlib.new(digest, part.encode()).digest()).decode()
    assert to_sign == f"<signed>{named}</signed>".encode()
    document = SIGNING.finish(prepared, b"\xff" * 256)
    value = base64.b64encode(b"\xff" * 256).decode()
    assert document == f"<whole>{part}<signed>{named}</signed>{value}</whole>".encode()


def test_a_signature_can_be_given_twice_to_the_same_preparation() -> None:
    _, prepared = SIGNING.prepare(Named("a"), "sha1")
    assert SIGNING.finish(prepared, b"1") != SIGNING.finish(prepared, b"2")
    assert SIGNING.finish(prepared, b"1") == SIGNING.finish(prepared, b"1")


def test_a_model_whose_last_texts_are_not_empty_is_refused() -> None:
    with pytest.raises(TemplateError):
        SIGNING.prepare(Named("a", "already"), "sha1")


def test_a_character_that_xml_forbids_is_named_by_its_field() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        SIGNING.prepare(Named("a\x01"), "sha256")
    assert caught.value.findings[0].field == "name"


def test_what_was_not_prepared_cannot_be_finished() -> None:
    with pytest.raises(TemplateError):
        SIGNING.finish(b"\x93\xa1a", b"")
