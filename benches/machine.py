"""On which machine a figure was measured."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path


class Others:
    """What other programs use of the machine while ours is measured."""

    def __init__(self) -> None:
        self._last = self._read()

    def share(self) -> float:
        """Return the share of all cores that other programs, or other machines beside this one, took since last time.

        Zero where the system does not say.
        """
        last, self._last = self._last, self._read()
        total, busy, own = (now - before for now, before in zip(self._last, last, strict=True))
        return max(0.0, busy - own) / total if total else 0.0

    @staticmethod
    def _read() -> tuple[float, float, float]:
        """Seconds of all cores together, those that were not idle, and those that were ours."""
        stat = Path("/proc/stat")
        if not stat.exists():
            return 0.0, 0.0, 0.0
        ticks = [int(field) for field in stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
        hertz = os.sysconf("SC_CLK_TCK")
        return sum(ticks) / hertz, (sum(ticks) - ticks[3] - ticks[4]) / hertz, time.process_time()


def describe() -> dict[str, str]:
    """Return the processor, the features that matter and the Python version."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    flags = set(fields.get("flags", "").split())
    return {
        "processor": fields.get("model name", platform.processor()),
        "features": " ".join(sorted(flags & {"sha_ni", "avx512ifma", "adx"})),
        "python": platform.python_version(),
        "masked": os.environ.get("OPENSSL_ia32cap", ""),  # noqa: SIM112 - its name
    }
