from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parent.parent / "tools/hook_reference.py"


def test_the_hook_reference_says_what_the_specifications_say() -> None:
    ended = subprocess.run([sys.executable, str(TOOL), "--check"], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
