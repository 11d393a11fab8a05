"""A large body is held as few times as can be: the given one, the message that crosses, the document."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SEALING = Path(__file__).with_name("sealing_memory.py")
PDF = 750_000
LARGE = 20_000_000


def sealing(size: int) -> tuple[int, int]:
    """Return the length of a sealed and packed letter, and the memory that it added, in a process of its own."""
    ended = subprocess.run([sys.executable, str(SEALING), str(size)], capture_output=True, text=True, check=True)
    document, added = map(int, ended.stdout.split())
    return document, added


def test_a_letter_with_a_pdf_of_750_kilobytes_adds_at_most_2_2_times_its_length() -> None:
    document, added = sealing(PDF)
    assert document > PDF * 4 / 3
    assert added <= 2.2 * document


def test_what_is_measured_grows_with_the_body() -> None:
    document, added = sealing(LARGE)
    assert document <= added <= 2.2 * document
