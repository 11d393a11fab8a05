"""A vendor's own white list stands in place of what ships."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from caducee.contracts.directory import DIRECTORY, TRUST_SPACE, Reach, TrustSpace
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.hooks import hookimpl
from caducee.testing import kernel_for
from caducee_annuaire import import_extraction, plugin

from .conftest import doctor, extraction

pytestmark = pytest.mark.anyio


class OnlyOne:
    def trusts(self, domain: str) -> bool:
        return domain == "hopital.example"


class Vendor:
    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.service(TRUST_SPACE, self._open)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[TrustSpace]:
        yield OnlyOne()


async def reaches(folder: Path, *, vendor: bool) -> list[Reach]:
    place = folder / "annuaire.sqlite"
    import_extraction(extraction(folder / "e.txt", [doctor("ROUX", "C", "c.roux@m.test.mssante.fr")]), place)
    plugins = {"annuaire": plugin, **({"liste": Vendor()} if vendor else {})}
    tables = {"annuaire": {"index": str(place)}}
    async with (
        kernel_for(plugins, folder=folder / "practice", tables=tables) as kernel,
        kernel.use(DIRECTORY) as directory,
    ):
        addresses = ("a@hopital.example", "a@medecin.mssante.fr", "a@x.apicrypt.org")
        return [(await directory.recipient(address)).reach for address in addresses]


async def test_without_one_the_presets_decide(tmp_path: Path) -> None:
    assert await reaches(tmp_path, vendor=False) == [Reach.REFUSED, Reach.ALLOWED, Reach.REWRITTEN]


async def test_with_one_it_alone_decides_and_the_gateway_stays(tmp_path: Path) -> None:
    assert await reaches(tmp_path, vendor=True) == [Reach.ALLOWED, Reach.REFUSED, Reach.REWRITTEN]
