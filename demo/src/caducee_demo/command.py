"""``caducee demo [CHAPTER …]``: plays the chapters and leaves a report and a page."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import anyio

from caducee_demo.chapters import CHAPTERS, Chapter
from caducee_demo.page import write_page
from caducee_demo.practice import set_up
from caducee_demo.report import print_table, write_report
from caducee_demo.sandbox import SandboxFailed, running
from caducee_demo.stage import Stage
from caducee_demo.story import Story

PACE = 10.0


def main(argv: Sequence[str] | None = None) -> int:
    """Play, print a table, write ``report.json`` and ``index.html``; 0 when every step went well."""
    options = _options(argv)
    chosen = [c for c in CHAPTERS if not options.chapters or c.name in options.chapters]
    folder = Path(options.output)
    shutil.rmtree(folder, ignore_errors=True)
    pictures = folder / "pages"
    pictures.mkdir(parents=True)
    story = Story()
    try:
        with running(folder / "sandbox", options.kit) as sandbox:
            practice = set_up(folder / "practice", sandbox, pace=PACE)
            anyio.run(_play, Stage(practice=practice, story=story, pictures=pictures), chosen)
    except SandboxFailed as failure:
        print(failure, file=sys.stderr)
    finally:
        write_report(story, folder / "report.json")
        write_page(story, folder / "index.html")
    print_table(story, folder)
    return 0 if story.ok else 1


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    names = [chapter.name for chapter in CHAPTERS]
    parser = argparse.ArgumentParser(prog="caducee demo", description="Plays the main job on simulated services.")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help=f"one or more of: {', '.join(names)}")
    parser.add_argument("--output", default="build/demo", help="where the report and the page go")
    parser.add_argument("--kit", help="official schemas, for the sandbox to judge with them too")
    options = parser.parse_args(argv)
    unknown = [name for name in options.chapters if name not in names]
    if unknown:
        parser.error(f"no such chapter: {', '.join(unknown)} (one of: {', '.join(names)})")
    return options


async def _play(stage: Stage, chosen: list[Chapter]) -> None:
    for chapter in chosen:
        stage.story.chapter(chapter.title)
        try:
            await chapter.play(stage)
        except Exception as failure:
            if stage.story.ok:
                raise
            print(f"       {type(failure).__name__}", file=sys.stderr)
