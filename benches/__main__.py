"""``make bench``: runs every measurement and writes ``build/bench/results.json``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import anyio
import msgspec

from benches import prescribe, publish
from benches.machine import describe
from benches.result import Result

OUTPUT = Path("build/bench").absolute()


async def run() -> list[Result]:
    """Run the measurements one after the other."""
    results: list[Result] = []
    for kilobytes in (100, 750):
        results += await publish.measure(OUTPUT / f"publish-{kilobytes}", kilobytes)
    results += await prescribe.measure(OUTPUT / "publish-prescriptions")
    return results


def main() -> int:
    """Measure, print, write; 0 when every goal holds."""
    # Only what this command makes: the other measurements lie beside.
    for folder in OUTPUT.glob("publish-*"):
        shutil.rmtree(folder)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    machine = describe()
    print(f"{machine['processor']} ({machine['features']}), Python {machine['python']}")
    results = anyio.run(run)
    (OUTPUT / "results.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2))
    (OUTPUT / "machine.json").write_bytes(msgspec.json.encode(machine))
    for result in results:
        peers = ", ".join(f"{name} {value}" for name, value in result.peers.items())
        mark = "✓" if result.ok else "✗"
        print(f"{mark} {result.id:<28} {result.value:>8} {result.unit}  x{result.ratio} ({peers})  {result.goal}")
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
