"""The closing table and ``report.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from caducee_demo.story import Story


def write_report(story: Story, path: Path) -> None:
    """Write ``{"ok", "steps": [{"name", "ok", "seconds", "detail"}]}``."""
    report = {"ok": story.ok, "steps": story.steps}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))


def print_table(story: Story, folder: Path) -> None:
    """Print one line per step, the total, and where the page is."""
    print("\n" + "─" * 88)
    for step in story.steps:
        print(f"{'✓' if step.ok else '✗'}  {step.name:<72.72} {step.seconds:>8.2f} s")
    print("─" * 88)
    total = sum(step.seconds for step in story.steps)
    verdict = "Chaque lettre est là où elle doit être." if story.ok else "Au moins une étape a échoué."
    print(f"{verdict}  {total:.1f} s.  Services simulés : SPECIMEN.  Page : {folder / 'index.html'}")
