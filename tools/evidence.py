"""Requirement → tests → result, as a table, from the last run of the tests: ``python tools/evidence.py RESULTS``.

The results are written by the tests themselves (``build/evidence/results.jsonl``, one line a test that bears the mark
``requirement``). A requirement none of whose tests ran is said so; one that failed, or a
mark that names no requirement, makes this fail.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "build/evidence/evidence.json"


def main(results: Path) -> int:
    """Print the table and write it as JSON; 1 when a requirement failed or was not tried."""
    ran: dict[str, dict[str, str]] = defaultdict(dict)
    for line in results.read_text(encoding="utf-8").splitlines() if results.exists() else ():
        entry = json.loads(line)
        for identifier in entry["requirements"]:
            ran[identifier][entry["test"]] = entry["outcome"]
    listed = tomllib.loads((ROOT / "docs/requirements.toml").read_text(encoding="utf-8"))["requirement"]
    unknown = sorted(ran.keys() - {one["id"] for one in listed})
    rows = [{**one, "result": _result(ran[one["id"]]), "tests": ran[one["id"]]} for one in listed]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    for row in rows:
        print(f"{row['result']:<8}  {row['id']}  ({row['source']}, {row['edition']})")
        for test, outcome in sorted(row["tests"].items()):
            print(f"            {outcome:<7} {test}")
    for identifier in unknown:
        print(f"unknown   {identifier}  (not in docs/requirements.toml)")
    counted = {result: sum(row["result"] == result for row in rows) for result in ("passed", "failed", "not run")}
    print(", ".join(f"{count} {result}" for result, count in counted.items()))
    return int(counted["passed"] != len(rows) or bool(unknown))


def _result(tests: dict[str, str]) -> str:
    if not tests:
        return "not run"
    return "passed" if set(tests.values()) == {"passed"} else "failed"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
