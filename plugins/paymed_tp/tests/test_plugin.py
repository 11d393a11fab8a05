"""The host's payment provider, wired when the kernel is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee.errors import CapabilityMissing
from caducee.testing import kernel_for
from caducee_paymed_tp import plugin
from caducee_paymed_tp.api import TP
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.plugin import PaymedTp

from .concentrator import HeldProvider
from .conftest import DOCTOR
from .practice import invoice

pytestmark = pytest.mark.anyio


def table(folder: Path) -> dict[str, object]:
    key = folder / "link.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    secret = {"file": str(key)}
    return {"link": {"address": "https://cabinet.invalid/payer", "token_key": secret, "webhook_key": secret}}


async def test_a_link_is_made_at_the_provider_of_the_host(tmp_path: Path) -> None:
    provider = HeldProvider()
    tables = {"paymed_tp": table(tmp_path)}
    async with (
        kernel_for({"paymed_tp": PaymedTp(provider)}, folder=tmp_path, tables=tables) as kernel,
        kernel.use(TP) as tp,
    ):
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    assert provider.created[opened.link.id][0] == 500


async def test_without_a_provider_no_link_is_made(tmp_path: Path) -> None:
    tables = {"paymed_tp": table(tmp_path)}
    async with (
        kernel_for({"paymed_tp": plugin}, folder=tmp_path, tables=tables) as kernel,
        kernel.use(TP) as tp,
    ):
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        with pytest.raises(CapabilityMissing):
            await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
