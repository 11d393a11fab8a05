from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from caducee.platform.locks import FileLock

HOLD = """
import sys, time
from pathlib import Path
from caducee.platform.locks import FileLock
assert FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_one_holder_at_a_time_also_within_one_process(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_holder_is_named(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock")
    first.acquire()
    assert f"process {os.getpid()} on " in FileLock(tmp_path / "lock").owner()
    first.release()


def test_a_dead_holder_holds_nothing(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not lock.acquire()
        assert f"process {holder.pid} on " in lock.owner()
        holder.kill()
        holder.wait()
        assert lock.acquire()
    lock.release()
