"""The kernel proper stays small enough to be read in one sitting. The catalogue of errors is data, and not counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import caducee

HOME = Path(caducee.__file__).parent
PROPER = ("kernel", "hooks", "plugins", "supervisor", "services", "config", "clock", "events")
LINES = 1500


def files() -> Iterator[Path]:
    for name in PROPER:
        folder = HOME / name
        yield from folder.glob("*.py") if folder.is_dir() else [HOME / f"{name}.py"]


def lines_of_code(path: Path) -> int:
    """Count the lines that hold code: no blank line, comment or docstring."""
    text = path.read_text(encoding="utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        first = getattr(node, "body", None)
        if (
            isinstance(first, list)
            and first
            and isinstance(first[0], ast.Expr)
            and isinstance(first[0].value, ast.Constant)
        ):
            documented.update(range(first[0].lineno, (first[0].end_lineno or 0) + 1))
    kept = [line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in documented]
    return sum(bool(line) and not line.startswith("#") for line in kept)


def test_the_kernel_proper_stays_under_its_size() -> None:
    assert sum(lines_of_code(path) for path in files()) <= LINES
