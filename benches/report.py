"""``make bench-report``: the kept figures of one processor as a picture, ``docs/pictures/benchmarks.svg``."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benches.results import HOME

PICTURE = Path("docs/pictures/benchmarks.svg")
SHOWN = {
    "test_b07_render.py::test_b7": "B7 · model to CDA, 43 KB",
    "test_b01_b02_submissions.py::test_submission[b1-c14n]": "B1 · one signed submission",
    "test_b01_b02_submissions.py::test_submission[b2-c14n]": "B2 · twenty documents, one signature",
    "test_b03_letter.py::test_b3": "B3 · letter with a PDF of 750 KB",
    "test_b10_cold_start.py::test_b10": "B10 · start to signed document, CPU",
}
WIDTH, LEFT, BAR, GAP = 760, 270, 16, 26


def main() -> int:
    """Draw the figures; 1 when there are none."""
    files = sorted(file for file in HOME.glob("*.json") if not file.stem.endswith("-masked"))
    if not files:
        print("no figures: run make bench first")
        return 1
    rows = {row["id"]: row for row in json.loads(files[0].read_text(encoding="utf-8"))}
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn([rows[name] for name in SHOWN if name in rows]), encoding="utf-8")
    print(PICTURE)
    return 0


def drawn(rows: list[dict[str, Any]]) -> str:
    """Return the picture: one bar a peer, as long as the logarithm of how many times faster Caducée was."""
    lines: list[str] = []
    y = 56
    for row in rows:
        lines.append(f'<text x="12" y="{y}" class="t">{escape(SHOWN[row["id"]])}</text>')
        for name, ratio in _peers(row):
            length = max(2.0, (WIDTH - LEFT - 110) * math.log10(max(ratio, 1.0)) / 2)
            lines.append(f'<text x="{LEFT - 10}" y="{y + 13}" class="p">{escape(name)}</text>')
            lines.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="3"/>')
            lines.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 13}">{ratio:g} times</text>')
            y += GAP
        y += 12
    machine = rows[0]["machine"] if rows else {"processor": "", "features": ""}
    foot = f"{machine['processor']} ({machine['features']}); medians of ratios within one run; logarithmic"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 24}" font-family="sans-serif"'
        ' font-size="13"><style>rect{fill:#2a6f6b}text{fill:#222}.t{font-weight:600}.p{text-anchor:end;fill:#555}'
        f".h{{font-size:17px;font-weight:600}}.f{{font-size:11px;fill:#666}}</style>"
        f'<rect width="{WIDTH}" height="{y + 24}" style="fill:#fff"/>'
        f'<text x="12" y="28" class="h">How many times faster than…</text>{"".join(lines)}'
        f'<text x="12" y="{y + 12}" class="f">{escape(foot)}</text></svg>\n'
    )


def _peers(row: dict[str, Any]) -> Iterator[tuple[str, float]]:
    return ((name, ratio) for name, ratio in row["ratios"].items() if name != "raw RSA" and "memory" not in name)


if __name__ == "__main__":
    sys.exit(main())
