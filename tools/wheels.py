"""Looks into built wheels: ``python tools/wheels.py FOLDER PATH…`` fails where one holds a path of this machine."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path


def main(folder: Path, paths: list[str]) -> int:
    """Print each wheel; 1 when one of its files holds one of the paths, or when there is no wheel."""
    wheels = sorted(folder.glob("*.whl"))
    wrong = [place for wheel in wheels for place in _holding(wheel, [path.encode() for path in paths if path])]
    for wheel in wheels:
        print(f"{wheel.name}  {wheel.stat().st_size / 1024:,.0f} KiB")
    for place in wrong:
        print(f"a path of this machine in {place}", file=sys.stderr)
    return int(bool(wrong) or not wheels)


def _holding(wheel: Path, paths: list[bytes]) -> list[str]:
    with zipfile.ZipFile(wheel) as content:
        return [
            f"{wheel.name}: {name}" for name in content.namelist() if any(path in content.read(name) for path in paths)
        ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
