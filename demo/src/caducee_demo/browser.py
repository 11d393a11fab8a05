"""Pictures of pages, where a browser is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 60


def photograph(page: Path, picture: Path, *, width: int, height: int) -> bool:
    """Write what a browser shows of a page as PNG; ``False`` where none is found or it shows nothing."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
        if sys.platform != "win32" and os.geteuid() == 0:
            flags.append("--no-sandbox")  # the browser refuses to isolate itself as root; the page is our own
        command = [browser, *flags, f"--user-data-dir={profile}", f"--screenshot={picture}", page.as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError):
            return False
    return picture.exists()
