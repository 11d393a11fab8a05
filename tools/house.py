"""Holds the house rules on size: files, functions and their medians."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

FILE_LINES = 500
FILE_MEDIAN = 120
FUNCTION_LINES = 60
FUNCTION_MEDIAN = 10


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns], check=True, capture_output=True, text=True
    )
    return [path for name in listed.stdout.splitlines() if (path := Path(name)).exists()]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


def main() -> int:
    files = {path: len(path.read_text().splitlines()) for path in tracked("*.py", "*.rs")}
    lengths = [pair for path in files if path.suffix == ".py" for pair in functions(path)]
    faults = [f"{path}: {lines} lines" for path, lines in files.items() if lines > FILE_LINES]
    faults += [f"{name}: {lines} lines" for name, lines in lengths if lines > FUNCTION_LINES]
    file_median = median(lines for lines in files.values() if lines)
    function_median = median(lines for _, lines in lengths)
    if file_median >= FILE_MEDIAN:
        faults.append(f"median file: {file_median} lines")
    if function_median >= FUNCTION_MEDIAN:
        faults.append(f"median function: {function_median} lines")
    print(f"{len(files)} files, median {file_median}; {len(lengths)} functions, median {function_median}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
