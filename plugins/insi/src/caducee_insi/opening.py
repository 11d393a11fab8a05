"""How each service of the plugin is put together from what the kernel gives it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from caducee.contracts.plugin import PluginContext
from caducee.contracts.session import PROFESSIONAL_SESSION, AccessToken, SessionPhase
from caducee.errors import ConfigError, Finding
from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee_insi.access import Access, Authenticator, ByCertificate, PscToken
from caducee_insi.apcv import AppCard
from caducee_insi.assertion import ByCard, BySession
from caducee_insi.batch.lots import SimulatedLots
from caducee_insi.batch.run import Batch
from caducee_insi.certificate import sender_of
from caducee_insi.config import Billing, InsiConfig, Lots, RightsProfile, Verification
from caducee_insi.courier import Courier
from caducee_insi.desk import Desk
from caducee_insi.ensure import Insi
from caducee_insi.exchange import open_channel
from caducee_insi.realm import check_address
from caducee_insi.rights import AdriRights, read_simulated
from caducee_insi.service import InsiService
from caducee_insi.verification import BySearch, ByUnit, Verifier


@asynccontextmanager
async def open_identity(context: PluginContext) -> AsyncIterator[InsiService]:
    """Check the address and the certificate, open the channel, serve.

    Raises:
        RealmMixed: the address is one of another environment.
        InsiCertificateWrong: its name is neither ``INSI-MANU`` nor ``INSI-AUTO``.
        ConfigError, CertificateExpired: it cannot be used.
    """
    async with _courier(context) as courier:
        yield _service(context, courier)


@asynccontextmanager
async def open_insi(context: PluginContext) -> AsyncIterator[Insi]:
    """Serve ``ensure``; errors as ``open_identity``."""
    config: InsiConfig = context.config
    async with _courier(context) as courier, open_app(context) as app:
        service = _service(context, courier)
        yield Insi(
            service=service,
            desk=_desk(context),
            verifier=_verifier(context, courier, service),
            clock=context.clock,
            reverify_after=config.reverify_after,
            app=app,
        )


@asynccontextmanager
async def open_desk(context: PluginContext) -> AsyncIterator[Desk]:
    """Serve the decisions about identities; needs no network."""
    yield _desk(context)


@asynccontextmanager
async def open_rights(context: PluginContext) -> AsyncIterator[AdriRights]:
    """Serve ``Rights`` over ADRi; errors as ``open_identity``."""
    config: InsiConfig = context.config
    reading = read_simulated if config.rights is RightsProfile.SIMULATED else None
    async with _courier(context) as courier:
        yield AdriRights(courier=courier, state=context.state, reading=reading)


@asynccontextmanager
async def open_batch(context: PluginContext) -> AsyncIterator[Batch]:
    """Serve batches. The only form of lots here is the sandbox's own: it goes to no other service."""
    config: InsiConfig = context.config
    if config.lots is Lots.NONE:
        yield _batch(context, None)
        return
    _refuse_assumed(context)
    base = config.url.rstrip("/").rpartition("/")[0]
    async with context.http(base, credential=config.credential) as http:
        yield _batch(context, SimulatedLots(http))


def _batch(context: PluginContext, lots: SimulatedLots | None) -> Batch:
    return Batch(
        config=context.config,
        environment=context.environment,
        lots=lots,
        clock=context.clock,
        state=context.state,
    )


def _desk(context: PluginContext) -> Desk:
    config: InsiConfig = context.config
    return Desk(
        environment=context.environment,
        evidence=config.evidence,
        clock=context.clock,
        state=context.state,
        reverify_after=config.reverify_after,
    )


def _service(context: PluginContext, courier: Courier) -> InsiService:
    return InsiService(
        config=context.config,
        environment=context.environment,
        courier=courier,
        clock=context.clock,
        state=context.state,
    )


def _verifier(context: PluginContext, courier: Courier, service: InsiService) -> Verifier:
    config: InsiConfig = context.config
    if config.verification is Verification.SEARCH:
        return BySearch(service)
    return ByUnit(config, context.environment, courier=courier, clock=context.clock)


@asynccontextmanager
async def _courier(context: PluginContext, *, url: str = "") -> AsyncIterator[Courier]:
    config: InsiConfig = context.config
    check_address(url or config.url, context.environment)
    _refuse_assumed(context)
    _refuse_unproven(context)
    authenticator = _authenticator(context)
    async with open_channel(
        config, _tls(context), url=url, clock=context.clock, saw_drift=context.saw_drift
    ) as channel:
        yield Courier(
            config=config, channel=channel, clock=context.clock, state=context.state, authenticator=authenticator
        )


@asynccontextmanager
async def open_app(context: PluginContext) -> AsyncIterator[AppCard | None]:
    """Open the appli carte Vitale, where an address is configured; errors as ``open_identity``."""
    config: InsiConfig = context.config
    if not config.apcv_url:
        yield None
        return
    async with _courier(context, url=config.apcv_url) as courier:
        yield AppCard(config, context.environment, courier=courier)


def _tls(context: PluginContext) -> ssl.SSLContext:
    config: InsiConfig = context.config
    return context.credentials.tls(config.credential)


def _authenticator(context: PluginContext) -> Authenticator:
    config: InsiConfig = context.config
    if config.access is Access.ORGANISATION:
        return ByCertificate(config.sender or sender_of(context.credentials.certificate(config.credential)))
    billing = _billing(config)
    if config.access is Access.CARD:
        return ByCard(
            lambda: context.credentials.signer(config.practitioner),
            billing=billing,
            clock=context.clock,
            issuer=config.issuer_form,
            life=config.assertion_life,
            sender=config.sender,
        )
    who = context.credentials.practitioner(config.practitioner)

    async def logged_in() -> bool:
        async with context.use(PROFESSIONAL_SESSION) as session:
            return session.state(config.practitioner).phase is SessionPhase.OPEN

    async def token(acting: Actor) -> AccessToken:
        async with context.use(PROFESSIONAL_SESSION) as session:
            return await session.token(config.practitioner, acting=acting)

    return BySession(
        who.identifier,
        billing=billing,
        clock=context.clock,
        logged_in=logged_in,
        token=token if config.psc_token is PscToken.BEARER else None,
        sender=config.sender,
    )


def _refuse_assumed(context: PluginContext) -> None:
    """Let what is guessed or simulated speak to the sandbox only."""
    config: InsiConfig = context.config
    assumed = {
        "lots": config.lots is not Lots.NONE,
        "rights": config.rights is not RightsProfile.NONE,
        "verification": config.verification is Verification.ASSUMED,
        "apcv_url": bool(config.apcv_url),
    }
    if context.environment is Environment.SANDBOX or not any(assumed.values()):
        return
    message = "Forme simulée : elle n'existe que dans le bac à sable."
    raise ConfigError(
        tuple(
            Finding(field=f"plugins.insi.{key}", rule="insi.assumed", message=message)
            for key, used in assumed.items()
            if used
        )
    )


def _refuse_unproven(context: PluginContext) -> None:
    """Let a log-in without its token speak to the sandbox only: who says whom they are must show it."""
    config: InsiConfig = context.config
    proven = config.access is not Access.PSC or config.psc_token is not PscToken.NONE
    if proven or context.environment is Environment.SANDBOX:
        return
    message = (
        "access = psc demande psc_token : la façon de transmettre le jeton n'est pas publique. "
        "Demandez-la au CNDA, ou choisissez access = organisation ou card."
    )
    raise ConfigError((Finding(field="plugins.insi.psc_token", rule="insi.psc_token", message=message),))


def _billing(config: InsiConfig) -> Billing:
    if config.billing is None or not config.practitioner:
        message = "access = card et access = psc demandent practitioner et billing"
        raise ConfigError((Finding(field="plugins.insi.billing", rule="insi.access", message=message),))
    return config.billing
