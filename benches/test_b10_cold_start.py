"""B10: from the start of a process to one signed document: its CPU time and the memory at its peak.

Every program starts from bytecode, as pip leaves it on a practice's machine: the cache is of this run, and filled by a
start that does not count. What that first start took, which compiles every module and writes it, is kept beside.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benches.conftest import keep
from benches.key import Key
from benches.race import ROUNDS

# Not the kernel's account of a child: it begins with the memory of whoever started it.
_PEAK = """
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""
PROGRAMS = {
    "ours": """
import sys
from benches.document.model import report
from benches.document.template import report_template
from caducee_native import RsaKey
document = report_template().seal(report())[0]
signature = RsaKey.from_pkcs8(open(sys.argv[1], "rb").read()).sign_sha256(document)
""",
    "jinja2+xmlsec": """
import sys
import xmlsec
from benches.document.model import report
from benches.peers.by_jinja2 import build
document = build(report())
context = xmlsec.SignatureContext()
context.key = xmlsec.Key.from_memory(open(sys.argv[1], "rb").read(), xmlsec.constants.KeyDataFormatPem)
signature = context.sign_binary(document, xmlsec.constants.TransformRsaSha256)
""",
}


def test_b10(benchmark: Any, key: Key, tmp_path: Path) -> None:
    files = {"ours": tmp_path / "key.der", "jinja2+xmlsec": tmp_path / "key.pem"}
    for name, content in (("ours", key.pkcs8), ("jinja2+xmlsec", key.pem)):
        files[name].touch(mode=0o600)
        files[name].write_bytes(content)
    measured = partial(started, bytecode=tmp_path / "bytecode")
    first = {name: measured(program, files[name]) for name, program in PROGRAMS.items()}
    rounds = [{name: measured(program, files[name]) for name, program in PROGRAMS.items()} for _ in range(ROUNDS)]
    cpu = {name: statistics.median(one[name][0] for one in rounds) for name in PROGRAMS}
    peak = {name: statistics.median(one[name][1] for one in rounds) for name in PROGRAMS}
    ratio = statistics.median(one["jinja2+xmlsec"][0] / one["ours"][0] for one in rounds)
    keep(
        benchmark,
        ratios={"jinja2+xmlsec": ratio, "memory allowed / memory used": 20 * 2**20 / peak["ours"]},
        goals={"jinja2+xmlsec": 2.0, "memory allowed / memory used": 1.0},
        cpu_ms={name: round(seconds * 1000, 1) for name, seconds in cpu.items()},
        peak_mib={name: round(size / 2**20, 1) for name, size in peak.items()},
        first_start_cpu_ms={name: round(one[0] * 1000, 1) for name, one in first.items()},
        first_start_peak_mib={name: round(one[1] / 2**20, 1) for name, one in first.items()},
    )
    benchmark.pedantic(measured, args=(PROGRAMS["ours"], files["ours"]), rounds=3)


def started(program: str, file: Path, *, bytecode: Path) -> tuple[float, int]:
    """Run a program in a process of its own; return its CPU seconds and its peak memory in bytes."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-c", program + _PEAK, str(file)],
        stdout=subprocess.PIPE,
        env={**environment, "PYTHONPYCACHEPREFIX": str(bytecode)},
    )
    assert process.stdout is not None
    with process.stdout as said:
        peak = int(said.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime, peak * 1024
