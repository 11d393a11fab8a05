"""``make bench-guard``: instructions of B1 and B7, counted by callgrind, against the kept ones.

A count does not move with the load of the machine, so a shared one can hold it. Valgrind hides the newest
instructions of the processor: the count tells of growth, not of speed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benches.key import run_key

KEPT = Path(__file__).with_name("guard.json")
TOLERANCE = 1.05
FEW, MANY = 2, 22
_PROGRAM = """
import sys
from benches.document.model import report
model, runs = report(), int(sys.argv[2])
if sys.argv[1] == "B7":
    from benches.document.template import report_template
    work, given = report_template().render, model
else:
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from benches.key import Key
    from benches.ours import Submitting
    work, given = Submitting(Key(load_der_private_key(open(sys.argv[3], "rb").read(), None))).submit, [model]
for _ in range(runs):
    work(given)
"""


def main(arguments: list[str]) -> int:
    """Count; 1 when a count has grown by more than five hundredths. ``--keep`` writes the counts down."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key.der"
        key.touch(mode=0o600)
        key.write_bytes(run_key().pkcs8)
        counted = {name: instructions(name, key) for name in ("B7", "B1")}
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for name, count in counted.items():
        before = kept.get(name)
        beside = "" if before is None else f"  ({count / before:.3f} of the kept {before:,})"
        print(f"{name}: {count:,} instructions a run{beside}")
    if "--keep" in arguments:
        KEPT.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")
        return 0
    return int(any(count > TOLERANCE * kept.get(name, count) for name, count in counted.items()))


def instructions(name: str, key: Path) -> int:
    """Count the instructions of one run: many runs less few, so that the start counts for none."""
    return (_counted(name, MANY, key) - _counted(name, FEW, key)) // (MANY - FEW)


def _counted(name: str, runs: int, key: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", sys.executable, "-c", _PROGRAM]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONMALLOC": "malloc"}
        ended = subprocess.run(
            [*command, name, str(runs), str(key)], capture_output=True, text=True, check=False, env=environment
        )
    found = re.search(r"Collected : (\d+)", ended.stderr)
    if ended.returncode != 0 or found is None:
        raise SystemExit(f"valgrind: {ended.stderr[-500:]}")
    return int(found[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
