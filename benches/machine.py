"""On which machine a figure was measured."""

from __future__ import annotations

import os
import platform
from pathlib import Path


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
