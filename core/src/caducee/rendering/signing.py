"""Documents that carry a signature over digests of their own parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

import caducee_native
from caducee.rendering.refusals import refused
from caducee.rendering.template import Template

Digest = Literal["sha1", "sha256"]


class SigningTemplates:
    """The templates of one kind of signature.

    ``parts`` are digested, ``signed`` names their digests and is what a key signs, ``whole`` is the document. All of
    them render the same struct. It ends with texts that are empty until they are known: the digest of each part, in
    their order, then the signature. They are filled in base 64.
    """

    def __init__(self, *, parts: Sequence[Template], signed: Template, whole: Template) -> None:
        self._whole = whole
        self._native = caducee_native.Signature(
            parts=[part.native for part in parts], signed=signed.native, whole=whole.native
        )

    def prepare(self, model: msgspec.Struct, digest: Digest) -> tuple[bytes, bytes]:
        """Return what a key must sign, and what ``finish`` takes: the model with its digests.

        Raises:
            DocumentInvalid, TemplateError: as ``Template.render``; also when the struct does not end with empty texts.
        """
        message = self._whole.message(model)
        try:
            return self._native.prepare(message, sha256=digest == "sha256")
        except caducee_native.NativeError as error:
            raise refused(error) from None

    def finish(self, prepared: bytes, signature: bytes) -> bytes:
        """Return the document with this signature."""
        try:
            return self._native.finish(prepared, signature)
        except caducee_native.NativeError as error:
            raise refused(error) from None
