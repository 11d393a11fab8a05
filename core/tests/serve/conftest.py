"""A kernel that is served, and a host that sends lines."""
# ruff: noqa: TID252

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from caducee import BlockingKernel
from caducee.serve import Server
from caducee.testing import kernel_for

from ..documents.places import Places
from ..kernel.strangers import Offering
from .register import REGISTER, register


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernel]:
    plugins = {"places": Places(), "greeter": Offering(), "register": Offering(register, REGISTER)}
    with BlockingKernel(lambda: kernel_for(plugins, folder=tmp_path_factory.mktemp("serve"))) as opened:
        yield opened


@pytest.fixture
def said(kernel: BlockingKernel) -> Callable[..., list[dict[str, Any]]]:
    """Send lines, end the source, return what was written after the greeting."""

    def say(*lines: bytes, longest: int = 1 << 20) -> list[dict[str, Any]]:
        out = io.BytesIO()
        with Server(io.BytesIO(b"".join(line + b"\n" for line in lines)), out, longest=longest) as server:
            server.serve(kernel, version="0", environment="sandbox")
        hello, *rest = [json.loads(line) for line in out.getvalue().splitlines()]
        assert hello == {"line": "hello", "protocol": 1, "version": "0", "environment": "sandbox"}
        return rest

    return say
