"""From the JSON of pytest-benchmark to one file a processor: ``python -m benches.results RAW``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).with_name("results")


def main(raw: Path, *, write: bool) -> int:
    """Print ratios against goals and keep them in ``benches/results/<cpu>.json``; always 0: a figure is no test."""
    benchmarks = json.loads(raw.read_text(encoding="utf-8"))["benchmarks"]
    rows = [_row(one) for one in benchmarks]
    for row in rows:
        print(row["id"])
        for name, ratio in row["ratios"].items():
            goal = row["goals"].get(name)
            reached = "" if goal is None else f"  goal {goal:g}  {'reached' if ratio >= goal else 'NOT reached'}"
            print(f"    {ratio:10.2f} x {name}{reached}")
    if rows and write:
        HOME.mkdir(exist_ok=True)
        machine = rows[0]["machine"]
        name = re.sub(r"[^a-z0-9]+", "-", machine["processor"].lower()).strip("-")
        name += "-masked" if machine["masked"] else ""
        kept = HOME / f"{name}.json"
        known = {row["id"]: row for row in (json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else [])}
        known.update({row["id"]: row for row in rows})
        text = json.dumps([known[identifier] for identifier in sorted(known)], indent=1, ensure_ascii=False)
        kept.write_text(text + "\n", encoding="utf-8")
    return 0


def _row(one: dict[str, Any]) -> dict[str, Any]:
    extra = one["extra_info"]
    rounded = {name: float(f"{ratio:.3g}") for name, ratio in extra["ratios"].items()}
    rates = {name: float(f"{rate:.4g}") for name, rate in extra.get("rates", {}).items()}
    more = {name: value for name, value in extra.items() if name not in ("ratios", "rates")}
    return {"id": one["fullname"].rpartition("/")[2], "ratios": rounded, "rates": rates, **more}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), write="--print-only" not in sys.argv))
