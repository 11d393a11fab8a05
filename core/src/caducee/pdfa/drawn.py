"""What the commands of the pages use: fonts and what they write, the colours of devices; and what is forbidden."""

from __future__ import annotations

from typing import Any

from caducee.pdfa import spaces
from caducee.pdfa.bounds import read
from caducee.pdfa.limits import MAX_SAVED_STATES, beyond
from caducee.pdfa.needs import need
from caducee.pdfa.rules import Rules

_OPERATORS = frozenset(
    {
        *("q", "Q", "cm", "w", "J", "j", "M", "d", "ri", "i", "gs"),
        *("m", "l", "c", "v", "y", "h", "re"),
        *("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "W", "W*"),
        *("BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "Tj", "TJ", "'", '"'),
        *("d0", "d1", "CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "K", "k"),
        *("sh", "BI", "ID", "EI", "Do", "MP", "DP", "BMC", "BDC", "EMC", "BX", "EX"),
    }
)
INTENTS = frozenset({"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"})
_COLOURS = {"g": spaces.GREY, "G": spaces.GREY, "rg": spaces.RGB, "RG": spaces.RGB, "k": spaces.CMYK, "K": spaces.CMYK}
_INVISIBLE = 3
_INLINE = "INLINE IMAGE"
_MAX_DEPTH = 20
_MAX_COMMANDS = 8_000_000


class Drawn:
    """Follows the commands of pages, and of the forms, patterns and glyphs that they draw."""

    def __init__(self) -> None:
        self.faults: dict[Rules, None] = {}
        self.devices: set[str] = set()
        self.fonts: list[tuple[Any, set[bytes]]] = []
        self._seen: set[tuple[int, int, int]] = set()
        self._read = 0

    def page(self, page: Any) -> None:
        """Follow the commands of a page."""
        contents = page.obj.get("/Contents")
        if contents is not None:
            self._follow(page, page.obj.get("/Resources"), parts=contents, mode=0, depth=0)

    def stream(self, stream: Any, inherited: Any, mode: int = 0, depth: int = 0) -> None:
        """Follow the commands of a form, a pattern, a glyph or an appearance."""
        key = (*stream.objgen, mode)
        if depth > _MAX_DEPTH:
            self.faults[Rules.LIMITS] = None
        elif key not in self._seen:
            if stream.is_indirect:
                self._seen.add(key)
            self._follow(stream, stream.get("/Resources", inherited), parts=stream, mode=mode, depth=depth)

    def space(self, space: Any) -> None:
        """Note the devices of a colour space, and what is wrong with it."""
        self.devices |= spaces.devices_of(space)
        fault = spaces.fault_of(space)
        if fault is not None:
            self.faults[fault] = None

    def font(self, font: Any, inherited: Any, depth: int) -> set[bytes]:
        """Return the texts written in a font, to be added to; the glyphs of a font of drawings are followed."""
        for known, texts in self.fonts:
            if font.is_indirect and known.objgen == font.objgen:
                return texts
        texts = set[bytes]()
        self.fonts.append((font, texts))
        if font.get("/Subtype") == "/Type3":
            for glyph in font.get("/CharProcs", {}).values():
                self.stream(glyph, font.get("/Resources", inherited), depth=depth)
        return texts

    def _follow(self, source: Any, resources: Any, *, parts: Any, mode: int, depth: int) -> None:
        pikepdf = need("pikepdf")
        for part in parts if isinstance(parts, pikepdf.Array) else (parts,):
            self._read += len(read(part))
        if self._read > _MAX_COMMANDS:
            self.faults[Rules.LIMITS] = None
            return
        try:
            commands = pikepdf.parse_content_stream(source)
        except pikepdf.PdfParsingError:
            self.faults[Rules.OPERATOR] = None
            return
        _Commands(self, resources if resources is not None else {}, mode, depth).follow(commands)


class _Commands:
    """One stream of commands, with the text state that it saves and restores."""

    def __init__(self, drawn: Drawn, resources: Any, mode: int, depth: int) -> None:
        self.drawn = drawn
        self.resources = resources
        self.font: Any = None
        self.texts: set[bytes] | None = None
        self.mode = mode
        self.saved: list[tuple[Any, int]] = []
        self.depth = depth

    def follow(self, commands: Any) -> None:
        for command in commands:
            name, operands = str(command.operator), command.operands
            if name == _INLINE:
                self._inline(command.iimage.obj)
                continue
            if name not in _OPERATORS:
                self._fault(Rules.OPERATOR)
            if any(map(beyond, operands)):
                self._fault(Rules.LIMITS)
            self._command(name, operands)

    def _command(self, name: str, operands: Any) -> None:
        if name in _COLOURS:
            self.drawn.devices.add(_COLOURS[name])
        elif name == "q":
            self.saved.append((self.font, self.mode))
            if len(self.saved) > MAX_SAVED_STATES:
                self._fault(Rules.LIMITS)
        elif name == "Q":
            self._choose(self.font)
            self.font, self.mode = self.saved.pop() if self.saved else (self.font, self.mode)
        elif operands:
            self._with_operands(name, operands)

    def _with_operands(self, name: str, operands: Any) -> None:
        last = operands[len(operands) - 1]
        if name == "Tr":
            self.mode = int(last)
        elif name in ("Tj", "TJ", "'", '"'):
            self._write(last)
        elif name == "Tf":
            self._choose(self._named("/Font", operands[0]))
        elif name == "ri" and str(last) not in INTENTS:
            self._fault(Rules.STATE)
        elif name in ("cs", "CS"):
            self.drawn.space(self._named("/ColorSpace", last, otherwise=last))
        elif name in ("scn", "SCN"):
            self._pattern(self._named("/Pattern", last))
        elif name == "sh":
            self._shading(self._named("/Shading", last))
        elif name == "Do":
            self._draw(self._named("/XObject", last))
        elif name == "gs":
            self._state(self._named("/ExtGState", last))

    def _named(self, kind: str, name: Any, otherwise: Any = None) -> Any:
        if not isinstance(name, need("pikepdf").Name):
            return otherwise
        return self.resources.get(kind, {}).get(str(name), otherwise)

    def _choose(self, font: Any) -> None:
        self.font, self.texts = font, None

    def _fault(self, rule: Rules) -> None:
        self.drawn.faults[rule] = None

    def _write(self, text: Any) -> None:
        if self.mode == _INVISIBLE:
            return
        if self.font is None:
            self._fault(Rules.FONT)
            return
        pikepdf = need("pikepdf")
        if self.texts is None:
            self.texts = self.drawn.font(self.font, self.resources, self.depth + 1)
        pieces = text if isinstance(text, pikepdf.Array) else (text,)
        self.texts.update(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))

    def _state(self, state: Any) -> None:
        if state is not None and "/Font" in state:
            self._choose(state["/Font"][0])

    def _pattern(self, pattern: Any) -> None:
        if pattern is None:
            return
        if isinstance(pattern, need("pikepdf").Stream):
            self.drawn.stream(pattern, self.resources, depth=self.depth + 1)
        else:
            self._shading(pattern.get("/Shading"))

    def _shading(self, shading: Any) -> None:
        if shading is not None:
            self.drawn.space(shading.get("/ColorSpace"))

    def _draw(self, drawing: Any) -> None:
        if drawing is None:
            return
        if drawing.get("/Subtype") == "/Form":
            self.drawn.stream(drawing, self.resources, self.mode, self.depth + 1)
        elif not drawing.get("/ImageMask", False):
            self.drawn.space(drawing.get("/ColorSpace"))

    def _inline(self, image: Any) -> None:
        space = image.get("/ColorSpace")
        self.drawn.space(self._named("/ColorSpace", space, otherwise=space))
        if image.get("/Interpolate", False) is True:
            self._fault(Rules.IMAGE)
        if "LZW" in str(image.get("/Filter", "")):
            self._fault(Rules.COMPRESSION)
