"""Looks into built wheels: ``python tools/wheels.py FOLDER PATH…`` fails where one could not be published.

Wrong is a path of this machine inside, and a tag that promises an older C library than the extension needs: such a
wheel installs and then does not import.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

_TAG = re.compile(r"manylinux_(\d+)_(\d+)_")
_NEEDS = re.compile(rb"GLIBC_(\d+)\.(\d+)")


def main(folder: Path, paths: list[str]) -> int:
    """Print each wheel; 1 when something is wrong with one, or when there is none."""
    wheels = sorted(folder.glob("*.whl"))
    wrong = [problem for wheel in wheels for problem in _problems(wheel, [path.encode() for path in paths if path])]
    for wheel in wheels:
        print(f"{wheel.name}  {wheel.stat().st_size / 1024:,.0f} KiB")
    for problem in wrong:
        print(problem, file=sys.stderr)
    return int(bool(wrong) or not wheels)


def _problems(wheel: Path, paths: list[bytes]) -> Iterator[str]:
    promised = _TAG.search(wheel.name)
    with zipfile.ZipFile(wheel) as content:
        for name in content.namelist():
            data = content.read(name)
            if any(path in data for path in paths):
                yield f"a path of this machine in {wheel.name}: {name}"
            needed = max((tuple(map(int, version)) for version in _NEEDS.findall(data)), default=(0, 0))
            if promised is not None and needed > tuple(map(int, promised.groups())):
                yield f"{wheel.name}: {name} needs glibc {needed[0]}.{needed[1]}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
