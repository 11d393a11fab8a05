"""``caducee serve``: JSON lines on stdin and stdout, until stdin ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import BinaryIO

from caducee.blocking import BlockingKernel
from caducee.cli.options import parser
from caducee.config import load_config
from caducee.serve import Server


def main(argv: Sequence[str]) -> int:
    """Serve one host until its lines end, or until SIGTERM or an interrupt. Errors before the first line are said."""
    options = parser("serve", "Speaks JSON lines on stdin and stdout: the same verbs for hosts in any language.")
    chosen = options.parse_args(argv)
    config = load_config(chosen.config)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    with _lines_out() as out, Server(_lines_in(), out) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        with BlockingKernel.open(config, pin_prompt=server.pin) as kernel:
            kernel_config = config.kernel
            server.serve(kernel, version=_version(), environment=kernel_config.environment, grace=kernel_config.grace)
    return 0


def _lines_in() -> BinaryIO:
    """Return stdin as a file of its own: the thread that still waits for it at the end must not hold ``sys.stdin``."""
    return open(os.dup(sys.stdin.fileno()), "rb")


def _lines_out() -> BinaryIO:
    """Return stdout for the lines alone: whatever else is printed, also by a child, goes to stderr from then on."""
    sys.stdout.flush()
    kept = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return open(kept, "wb", buffering=0)


def _version() -> str:
    from importlib.metadata import version

    return version("caducee")
