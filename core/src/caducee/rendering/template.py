"""A template file, compiled, and the struct it renders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

import caducee_native
from caducee.batches import Cancel, in_windows
from caducee.errors import CaduceeError
from caducee.rendering.refusals import TemplateError, not_unicode, refused
from caducee.rendering.shapes import describe

T = TypeVar("T")

Sealed = tuple[bytes, bytes, bytes]
"""A document, its SHA-1, its SHA-256."""

_encoder = msgspec.msgpack.Encoder()


class Template:
    """XML that can only be well-formed and canonical.

    The file is well-formed XML with typed slots (its language is described in ``native/crates/template``); data enters
    by two escaping functions and no other way; what comes out is its own inclusive C14N (Canonical XML 1.0), in UTF-8.
    The struct and all structs in it are ``array_like=True, frozen=True``.
    """

    def __init__(self, native: caducee_native.Template, model: type[msgspec.Struct]) -> None:
        self.native = native
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
        return self._call(self.native.render, model)

    def fragment(self, model: msgspec.Struct) -> bytes:
        """Return the document without the namespace declarations of its root, for insertion where they are in scope."""
        return self._call(lambda message: self.native.render(message, fragment=True), model)

    def seal(self, model: msgspec.Struct) -> Sealed:
        """Return the document, its SHA-1 and its SHA-256."""
        return self._call(self.native.seal, model)

    def seal_many(
        self, models: Iterable[msgspec.Struct], *, workers: int = 2, window: int = 64, cancel: Cancel | None = None
    ) -> Iterator[Sealed | CaduceeError]:
        """Seal many models with that many threads; yield for each, in order, what ``seal`` returns or raises.

        One failing model spoils no other. Memory is that of one window, whatever the length of the batch.

        Raises:
            BatchCancelled: ``cancel`` was set; what had been begun was yielded before.
        """
        cancel = cancel or Cancel()

        def work(taken: list[msgspec.Struct]) -> list[Sealed | CaduceeError | None]:
            crossing = [self._attempt(model) for model in taken]
            messages = [message for message in crossing if isinstance(message, bytes)]
            sealed = iter(self.native.seal_many(messages, workers=workers, cancel=cancel.native))
            results = [next(sealed) if isinstance(message, bytes) else message for message in crossing]
            return [refused(one) if isinstance(one, caducee_native.NativeError) else one for one in results]

        return in_windows(models, work, window=window, cancelled=cancel.is_set)

    def _attempt(self, model: msgspec.Struct) -> bytes | CaduceeError:
        try:
            return self.message(model)
        except CaduceeError as error:
            return error

    def _call(self, call: Callable[[bytes], T], model: msgspec.Struct) -> T:
        message = self.message(model)
        try:
            return call(message)
        except caducee_native.NativeError as error:
            raise refused(error) from None

    def message(self, model: msgspec.Struct) -> bytes:
        """Return the model as the native side reads it.

        Raises:
            DocumentInvalid, TemplateError: see ``render``.
        """
        if type(model) is not self._model:
            raise TemplateError(f"{type(model).__name__} given to a template of {self._model.__name__}")
        try:
            return _encoder.encode(model)
        except UnicodeEncodeError:
            raise not_unicode(model) from None
        except (TypeError, ValueError, OverflowError) as error:
            raise TemplateError(f"{type(model).__name__}: {type(error).__name__}, a value that cannot cross") from None


def _read(package: str, name: str) -> bytes:
    # Not importlib.resources: it is half of what else a cold start would load.
    from pkgutil import get_data

    try:
        content = get_data(package, name)
    except (OSError, ModuleNotFoundError) as error:
        raise TemplateError(f"no file {name} in {package}", file=name) from error
    if content is None:
        raise TemplateError(f"no file {name} in {package}", file=name)
    return content
