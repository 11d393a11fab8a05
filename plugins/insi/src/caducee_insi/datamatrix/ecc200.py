"""A text as a square Data Matrix ECC 200 (ISO/IEC 16022): codewords, Reed-Solomon, placement.

The header is written in C40, as the format of the INS datamatrix asks; the rest in ASCII, digits by pairs.
"""

from __future__ import annotations

from functools import cache

import msgspec

C40_LATCH, UNLATCH, PAD = 230, 254, 129
_C40 = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIELD = 0x12D


class Size(msgspec.Struct, frozen=True):
    """One square symbol: its side in modules, the regions of a side, data and check codewords, interleaved blocks."""

    side: int
    regions: int
    data: int
    check: int
    blocks: int = 1

    @property
    def mapped(self) -> int:
        """The side of the mapping matrix: the symbol without the borders of its regions."""
        return self.side - 2 * self.regions


# ISO/IEC 16022, table 7.
SIZES = (
    Size(10, 1, 3, 5),
    Size(12, 1, 5, 7),
    Size(14, 1, 8, 10),
    Size(16, 1, 12, 12),
    Size(18, 1, 18, 14),
    Size(20, 1, 22, 18),
    Size(22, 1, 30, 20),
    Size(24, 1, 36, 24),
    Size(26, 1, 44, 28),
    Size(32, 2, 62, 36),
    Size(36, 2, 86, 42),
    Size(40, 2, 114, 48),
    Size(44, 2, 144, 56),
    Size(48, 2, 174, 68),
    Size(52, 2, 204, 84, 2),
    Size(64, 4, 280, 112, 2),
    Size(72, 4, 368, 144, 4),
    Size(80, 4, 456, 192, 4),
)

Modules = tuple[tuple[bool, ...], ...]


def encode(text: str, *, c40: int = 0) -> Modules:
    """Return the modules of a symbol, dark ones true, without its quiet zone. The first ``c40`` characters are in C40.

    Raises:
        ValueError: a character outside ASCII, or a text too long for the largest size here.
    """
    words = _codewords(text, c40)
    size = next((one for one in SIZES if one.data >= len(words)), None)
    if size is None:
        raise ValueError("too long for one symbol")
    return _symbol(size, _interleaved(size, _padded(words, size.data)))


def _codewords(text: str, c40: int) -> list[int]:
    whole = c40 // 3 * 3
    head = [_C40.index(character) + 3 for character in text[:whole]]
    words = [C40_LATCH] if head else []
    for at in range(0, whole, 3):
        value = 1600 * head[at] + 40 * head[at + 1] + head[at + 2] + 1
        words += divmod(value, 256)
    return [*words, *([UNLATCH] if head else []), *_ascii(text[whole:])]


def _ascii(text: str) -> list[int]:
    words: list[int] = []
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit():
            words.append(130 + int(pair))
            at += 2
            continue
        if not pair[0].isascii():
            raise ValueError("not ASCII")
        words.append(ord(pair[0]) + 1)
        at += 1
    return words


def _padded(words: list[int], length: int) -> list[int]:
    padded = list(words)
    if len(padded) < length:
        padded.append(PAD)
    while len(padded) < length:
        value = PAD + 149 * (len(padded) + 1) % 253 + 1
        padded.append(value if value <= 254 else value - 254)
    return padded


def _interleaved(size: Size, data: list[int]) -> list[int]:
    each = size.check // size.blocks
    checks = [_check(data[block :: size.blocks], each) for block in range(size.blocks)]
    return [*data, *(checks[block][at] for at in range(each) for block in range(size.blocks))]


@cache
def _tables() -> tuple[tuple[int, ...], tuple[int, ...]]:
    powers, logs, value = [0] * 255, [0] * 256, 1
    for at in range(255):
        powers[at], logs[value] = value, at
        value <<= 1
        if value > 255:
            value ^= _FIELD
    return tuple(powers), tuple(logs)


def _times(one: int, other: int) -> int:
    powers, logs = _tables()
    return powers[(logs[one] + logs[other]) % 255] if one and other else 0


@cache
def _generator(degree: int) -> tuple[int, ...]:
    powers, _ = _tables()
    polynomial = [1]
    for root in range(1, degree + 1):
        shifted = [*polynomial, 0]
        for at, factor in enumerate(polynomial):
            shifted[at + 1] ^= _times(factor, powers[root])
        polynomial = shifted
    return tuple(polynomial)


def _check(data: list[int], count: int) -> list[int]:
    generator, rest = _generator(count), [0] * count
    for word in data:
        factor = word ^ rest[0]
        rest = [*rest[1:], 0]
        rest = [value ^ _times(factor, generator[at + 1]) for at, value in enumerate(rest)]
    return rest


def _symbol(size: Size, words: list[int]) -> Modules:
    placed = Placement(size.mapped, words).fill()
    inner = size.mapped // size.regions
    rows = []
    for y in range(size.side):
        region_y, in_y = divmod(y, inner + 2)
        row = []
        for x in range(size.side):
            region_x, in_x = divmod(x, inner + 2)
            if in_x == 0 or in_y == inner + 1:
                row.append(True)
            elif in_y == 0:
                row.append(in_x % 2 == 0)
            elif in_x == inner + 1:
                row.append(in_y % 2 == 1)
            else:
                row.append(placed[region_y * inner + in_y - 1][region_x * inner + in_x - 1])
        rows.append(tuple(row))
    return tuple(rows)


class Placement:
    """Puts the bits of codewords where the standard says (ISO/IEC 16022, annex F)."""

    # The eight modules of the ordinary shape, most significant bit first, from its lower right corner.
    _SHAPE = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))

    def __init__(self, side: int, words: list[int]) -> None:
        self._side = side
        self._words = words
        self._at = 0
        self._modules: list[list[bool | None]] = [[None] * side for _ in range(side)]

    def fill(self) -> list[list[bool]]:
        """Return the mapping matrix."""
        side, row, column = self._side, 4, 0
        while row < side or column < side:
            self._corner(row, column)
            row, column = self._diagonal(row, column, up=True)
            row, column = self._diagonal(row + 1, column + 3, up=False)
            row, column = row + 3, column + 1
        if self._modules[side - 1][side - 1] is None:
            self._modules[side - 1][side - 1] = self._modules[side - 2][side - 2] = True
        return [[bool(module) for module in line] for line in self._modules]

    def _diagonal(self, row: int, column: int, *, up: bool) -> tuple[int, int]:
        side, step = self._side, 2 if up else -2
        while True:
            inside = 0 <= row < side and 0 <= column < side
            if inside and self._modules[row][column] is None:
                self._word([(row + y, column + x) for y, x in self._SHAPE])
            row, column = row - step, column + step
            if (row < 0 or column >= side) if up else (row >= side or column < 0):
                return row, column

    def _corner(self, row: int, column: int) -> None:
        n = self._side
        if (row, column) == (n, 0):
            self._word([(n - 1, 0), (n - 1, 1), (n - 1, 2), (0, n - 2), (0, n - 1), (1, n - 1), (2, n - 1), (3, n - 1)])
        if (row, column) == (n - 2, 0) and n % 4:
            self._word([(n - 3, 0), (n - 2, 0), (n - 1, 0), (0, n - 4), (0, n - 3), (0, n - 2), (0, n - 1), (1, n - 1)])
        if (row, column) == (n - 2, 0) and n % 8 == 4:
            self._word([(n - 3, 0), (n - 2, 0), (n - 1, 0), (0, n - 2), (0, n - 1), (1, n - 1), (2, n - 1), (3, n - 1)])
        if (row, column) == (n + 4, 2) and n % 8 == 0:
            self._word(
                [(n - 1, 0), (n - 1, n - 1), (0, n - 3), (0, n - 2), (0, n - 1), (1, n - 3), (1, n - 2), (1, n - 1)]
            )

    def _word(self, places: list[tuple[int, int]]) -> None:
        word = self._words[self._at]
        self._at += 1
        for bit, (row, column) in enumerate(places):
            y, x = self._wrapped(row, column)
            self._modules[y][x] = bool(word >> (7 - bit) & 1)

    def _wrapped(self, row: int, column: int) -> tuple[int, int]:
        side = self._side
        if row < 0:
            row, column = row + side, column + 4 - (side + 4) % 8
        if column < 0:
            row, column = row + 4 - (side + 4) % 8, column + side
        return row, column
