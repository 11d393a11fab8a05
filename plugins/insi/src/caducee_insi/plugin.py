"""The hooks of the INSi plugin: what it registers, how its codes read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from caducee.contracts.identity import IDENTITY
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_insi import faults
from caducee_insi.certificate import InsiCertificateWrong, sender_of
from caducee_insi.config import InsiConfig
from caducee_insi.desk import DESK, Desk, EvidenceRefused
from caducee_insi.exchange import open_channel
from caducee_insi.prerequisites import PREREQUISITES
from caducee_insi.qualification import NothingFound
from caducee_insi.query import TraitsInvalid
from caducee_insi.realm import check_address
from caducee_insi.service import InsiService

ERRORS = (
    TraitsInvalid,
    NothingFound,
    EvidenceRefused,
    InsiCertificateWrong,
    faults.InsiUnavailable,
    faults.InsiRefused,
)
"""What this plugin raises beside the errors of Caducée."""


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Offer the search and the desk."""
    registrar.config(InsiConfig)
    registrar.state(StateSpec())
    registrar.requires(*PREREQUISITES)
    registrar.service(IDENTITY, open_identity)
    registrar.service(DESK, open_desk)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain a code of this plugin, or one of INSi, alone or as ``class/detail``."""
    own = next((error for error in ERRORS if error.code == code), None)
    return Explanation(own.sentence, own.remedy) if own is not None else faults.explain(code)


@asynccontextmanager
async def open_identity(context: PluginContext) -> AsyncIterator[InsiService]:
    """Check the address and the certificate, open the channel, serve.

    Raises:
        RealmMixed: the address is one of another environment.
        InsiCertificateWrong: its name is neither ``INSI-MANU`` nor ``INSI-AUTO``.
        ConfigError, CertificateExpired: it cannot be used.
    """
    config: InsiConfig = context.config
    check_address(config.url, context.environment)
    sender = sender_of(context.credentials.certificate(config.credential))
    async with open_channel(config, context.credentials.tls(config.credential)) as channel:
        yield InsiService(
            config=config,
            environment=context.environment,
            sender=sender,
            channel=channel,
            clock=context.clock,
            state=context.state,
        )


@asynccontextmanager
async def open_desk(context: PluginContext) -> AsyncIterator[Desk]:
    """Serve the decisions about identities; needs no network."""
    config: InsiConfig = context.config
    yield Desk(environment=context.environment, evidence=config.evidence, clock=context.clock, state=context.state)
