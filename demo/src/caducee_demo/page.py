"""The story as a page that a manager would look at."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from caducee_demo.story import Sheet, Step, Story


def write_page(story: Story, path: Path) -> None:
    """Write one self-contained page: every document and where it is now, every step and its time."""
    template = Template(files("caducee_demo").joinpath("page.html").read_text(encoding="utf-8"))
    path.write_text(
        template.substitute(
            verdict="Chaque lettre est là où elle doit être, une seule fois."
            if story.ok
            else "Au moins une étape a échoué.",
            state="ok" if story.ok else "ko",
            count=len(story.sheets),
            seconds=f"{sum(step.seconds for step in story.steps):.0f}",
            sheets="\n".join(_sheet(sheet) for sheet in story.sheets),
            chapters="\n".join(_chapter(title, steps) for title, steps in story.chapters),
        ),
        encoding="utf-8",
    )


def _sheet(sheet: Sheet) -> str:
    picture = ""
    if sheet.picture is not None and sheet.picture.exists():
        data = b64encode(sheet.picture.read_bytes()).decode("ascii")
        picture = f'<img src="data:image/png;base64,{data}" alt="{escape(sheet.title)}">'
    return (
        f'<article class="sheet{" wide" if sheet.wide else ""}">{picture}<div><h3>{escape(sheet.title)}</h3>'
        f"<p>{escape(sheet.patient)}</p><p>{escape(sheet.author)}</p>"
        f'<p class="{"where" if sheet.arrived else "kept"}">{escape(sheet.where)}</p></div></article>'
    )


def _chapter(title: str, steps: list[Step]) -> str:
    rows = "".join(_step(step) for step in steps)
    return f'<section class="chapter"><h2>{escape(title)}</h2><ol>{rows}</ol></section>'


def _step(step: Step) -> str:
    mark = "ok" if step.ok else "ko"
    return (
        f'<li class="{mark}"><span class="name">{escape(step.name)}</span>'
        f'<span class="time">{step.seconds:.2f} s</span><p>{escape(step.detail)}</p></li>'
    )
