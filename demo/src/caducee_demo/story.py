"""What the demo says while it plays, and what it keeps of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was played."""

    name: str
    ok: bool
    seconds: float
    detail: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One document of the story, as the page shows it; ``wide``: its picture is to be read, not only recognised."""

    title: str
    patient: str
    author: str
    where: str
    arrived: bool
    picture: Path | None = None
    wide: bool = False


class Telling:
    """A step while it is played: ``detail`` is what the report will say."""

    def __init__(self) -> None:
        self.detail = ""

    def say(self, detail: str) -> None:
        """Keep and print one sentence of what happened."""
        self.detail = f"{self.detail} {detail}".strip()


class Story:
    """The steps and documents of one performance."""

    def __init__(self) -> None:
        self.chapters: list[tuple[str, list[Step]]] = []
        self.sheets: list[Sheet] = []

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.chapters.append((title, []))
        print(f"\n── {title}", flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Telling]:
        """Play one step; print it with its time. A failure is printed, kept and raised again."""
        telling = Telling()
        began = time.monotonic()
        progress = sys.stdout.isatty()
        if progress:
            print(f"   … {name}", end="\r", flush=True)
        try:
            yield telling
        except BaseException as failure:
            self._keep(
                name, ok=False, began=began, detail=f"{telling.detail} {type(failure).__name__}: {failure}".strip()
            )
            raise
        self._keep(name, ok=True, began=began, detail=telling.detail)

    def show(self, sheet: Sheet) -> None:
        """Add a document to the page."""
        self.sheets.append(sheet)

    @property
    def steps(self) -> list[Step]:
        """All steps, in order."""
        return [step for _, steps in self.chapters for step in steps]

    @property
    def ok(self) -> bool:
        """True when something was played and all of it went well."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def _keep(self, name: str, *, ok: bool, began: float, detail: str) -> None:
        step = Step(name=name, ok=ok, seconds=round(time.monotonic() - began, 3), detail=detail)
        self.chapters[-1][1].append(step)
        print(f"   {'✓' if ok else '✗'} {name}  ({step.seconds:.2f} s)", flush=True)
        if detail:
            print(f"       {detail}", flush=True)
