"""``caducee serve``: JSON lines on stdin and stdout, until stdin ends."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from caducee.blocking import BlockingKernel
from caducee.cli.options import parser
from caducee.config import load_config
from caducee.serve import Server


def main(argv: Sequence[str]) -> int:
    """Serve one host; errors of the configuration are said before the first line."""
    options = parser("serve", "Speaks JSON lines on stdin and stdout: the same verbs for hosts in any language.")
    chosen = options.parse_args(argv)
    config = load_config(chosen.config)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    signal.signal(signal.SIGTERM, _end)
    server = Server(sys.stdin.buffer, sys.stdout.buffer)
    with BlockingKernel.open(config, pin_prompt=server.pin) as kernel:
        server.serve(kernel, version=_version(), environment=config.kernel.environment)
    return 0


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _version() -> str:
    from importlib.metadata import version

    return version("caducee")
