"""A template file, compiled, and the struct it renders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

import caducee_native
from caducee.rendering.refusals import TemplateError, not_unicode, refused
from caducee.rendering.shapes import describe

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()


class Template:
    """XML that can only be well-formed and canonical.

    The file is well-formed XML with typed slots (its language is described in ``native/crates/template``); data enters
    by two escaping functions and no other way; what comes out is its own inclusive C14N (Canonical XML 1.0), in UTF-8.
    The struct and all structs in it are ``array_like=True, frozen=True``.
    """

    def __init__(self, native: caducee_native.Template, model: type[msgspec.Struct]) -> None:
        self._native = native
        self._model = model

    @classmethod
    def load(
        cls,
        package: str,
        name: str,
        model: type[msgspec.Struct],
        preludes: Sequence[str | tuple[str, str]] = (),
    ) -> Template:
        """Compile the file ``name`` (``templates/n1.xml``) of ``package`` against ``model``.

        ``preludes`` are files that hold only ``t:def``: names in the same package, or pairs of package and name.

        Raises:
            TemplateError: with the file and the line: a field that the struct does not have, a list used as a text, an
                optional value that is not marked, a namespace declared twice, …
        """
        pairs = [(package, entry) if isinstance(entry, str) else entry for entry in preludes]
        sources = [(entry, _read(place, entry)) for place, entry in pairs]
        return cls.compile(name, _read(package, name), model, sources)

    @classmethod
    def compile(
        cls, name: str, source: bytes, model: type[msgspec.Struct], preludes: Sequence[tuple[str, bytes]] = ()
    ) -> Template:
        """Compile a source that is already in memory; ``name`` is for errors.

        Raises:
            TemplateError: see ``load``.
        """
        shapes = describe(model)
        try:
            native = caducee_native.Template.compile(name, source, shapes, list(preludes))
        except caducee_native.NativeError as error:
            raise refused(error) from None
        return cls(native, model)

    def render(self, model: msgspec.Struct) -> bytes:
        """Return the document. The GIL is free meanwhile.

        Raises:
            DocumentInvalid: a text with a character that XML forbids, a time that does not exist; the finding names
                the field of the struct.
            TemplateError: the struct holds a value of another type than it says.
        """
        return self._call(self._native.render, model)

    def fragment(self, model: msgspec.Struct) -> bytes:
        """Return the document without the namespace declarations of its root, for insertion where they are in scope."""
        return self._call(lambda message: self._native.render(message, fragment=True), model)

    def seal(self, model: msgspec.Struct) -> tuple[bytes, bytes, bytes]:
        """Return the document, its SHA-1 and its SHA-256."""
        return self._call(self._native.seal, model)

    def _call(self, call: Callable[[bytes], T], model: msgspec.Struct) -> T:
        if type(model) is not self._model:
            raise TemplateError(f"{type(model).__name__} given to a template of {self._model.__name__}")
        try:
            return call(_encoder.encode(model))
        except caducee_native.NativeError as error:
            raise refused(error) from None
        except UnicodeEncodeError:
            raise not_unicode(model) from None
        except (TypeError, ValueError, OverflowError) as error:
            raise TemplateError(f"{type(model).__name__}: {type(error).__name__}, a value that cannot cross") from None


def _read(package: str, name: str) -> bytes:
    from importlib.resources import files

    try:
        return files(package).joinpath(name).read_bytes()
    except (OSError, ModuleNotFoundError) as error:
        raise TemplateError(f"no file {name} in {package}", file=name) from error
