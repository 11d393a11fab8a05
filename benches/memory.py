"""How much memory a piece of work adds, in a process of its own (Linux)."""

from __future__ import annotations

import subprocess
import sys

_LETTER = """
import re
from pathlib import Path
from benches.document.letter import letter
from caducee.cda.volets.n1 import template as n1_template
from caducee.wire import mtom

def line(name):
    return int(re.search(rf"^{name}:\\s+(\\d+) kB", Path("/proc/self/status").read_text(), re.M)[1]) * 1024

model = letter()
n1_template()
Path("/proc/self/clear_refs").write_text("5")
before = line("VmRSS")
document = n1_template().seal(model)[0]
part = mtom.Attachment(content_id="d", content_type="text/xml", content=document)
chunks = mtom.write(b"<e/>", [part], action="a")[1]
print(len(document), line("VmHWM") - before)
"""


def of_a_letter() -> tuple[int, int]:
    """Return the length of a letter with a PDF of 750 KB, and the memory that sealing and packing it added."""
    ended = subprocess.run([sys.executable, "-c", _LETTER], capture_output=True, text=True, check=True)
    document, added = map(int, ended.stdout.split())
    return document, added
