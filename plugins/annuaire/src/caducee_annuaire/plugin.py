"""The hooks of the directory plugin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from caducee.contracts.directory import DIRECTORY, TRUST_SPACE
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_annuaire import errors
from caducee_annuaire.config import AnnuaireConfig
from caducee_annuaire.prerequisites import PREREQUISITES

if TYPE_CHECKING:
    from caducee.contracts.directory import Directory
    from caducee.contracts.plugin import Inquiry, PluginContext, Registrar
    from caducee.model.agreement import Statement


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Offer the directory."""
    registrar.config(AnnuaireConfig)
    registrar.requires(*PREREQUISITES)
    registrar.needs(TRUST_SPACE)
    registrar.testifies(testify)
    registrar.service(DIRECTORY, open_directory)


async def testify(inquiry: Inquiry) -> Statement | None:
    """Say what the local index has of a professional."""
    from caducee_annuaire import testimony

    return await testimony.testify(inquiry)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of the directory."""
    return errors.explain(code)


@asynccontextmanager
async def open_directory(context: PluginContext) -> AsyncIterator[Directory]:
    """Read the trust data, open the channel, serve. Nothing is asked before somebody asks.

    Raises:
        RealmMixed: the national directory in the sandbox environment.
        TrustDataInvalid: the white list, the operators or the rules cannot be used.
        ConfigError, NotGranted: the key or the authorities cannot be used.
    """
    from caducee_annuaire.opening import opened

    async with opened(context) as service:
        yield service
