"""The service put together from its configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from anyio import to_thread

from caducee.contracts.directory import TRUST_SPACE, TrustSpace
from caducee.contracts.http import Limits
from caducee.contracts.plugin import PluginContext
from caducee.errors import ConfigError, Finding
from caducee_annuaire.asking import Asking
from caducee_annuaire.cache import Cache
from caducee_annuaire.config import AnnuaireConfig
from caducee_annuaire.dated import load_operators, load_rules
from caducee_annuaire.fhir.client import FhirClient
from caducee_annuaire.fhir.paging import base_of
from caducee_annuaire.lookups import Lookups
from caducee_annuaire.offline import Offline
from caducee_annuaire.pace import Pace
from caducee_annuaire.realm import check_address
from caducee_annuaire.recipients import Recipients
from caducee_annuaire.service import AnnuaireService
from caducee_annuaire.trust import Presets
from caducee_annuaire.white_list import load_white_list

LARGEST = 64 * 1024 * 1024


@asynccontextmanager
async def opened(context: PluginContext) -> AsyncIterator[AnnuaireService]:
    """Serve while the block runs. Errors as ``plugin.open_directory``."""
    config: AnnuaireConfig = context.config
    recipients = await to_thread.run_sync(_recipients, config)
    offline = None
    if config.index is not None:
        offline = Offline(config.index, clock=context.clock, old=timedelta(days=config.index_days))
    async with _lookups(context, config) as lookups:
        yield AnnuaireService(
            lookups=lookups,
            offline=offline,
            recipients=recipients,
            clock=context.clock,
            by_name=bool(config.name_criterion),
            space=lambda: context.use(TRUST_SPACE),
        )


def _recipients(config: AnnuaireConfig) -> Recipients:
    space: TrustSpace = Presets(load_operators(config.operators))
    if config.white_list is not None:
        space = load_white_list(config.white_list, authorities=config.white_list_authorities)
    return Recipients(space, load_rules(config.rules))


@asynccontextmanager
async def _lookups(context: PluginContext, config: AnnuaireConfig) -> AsyncIterator[Lookups | None]:
    if not config.url or config.api_key is None:
        yield None
        return
    check_address(config.url, context.environment)
    key = _header(context.secret(config.api_key, key="api_key"))
    whole = config.answer_timeout
    limits = Limits(connect=config.connect_timeout, answer=whole, whole=whole, largest_answer=LARGEST)
    async with context.http(base_of(config.url), credential=config.credential, limits=limits) as http:
        client = FhirClient(http, url=config.url, key=key, pace=Pace(config.per_second), bounds=config.bounds)
        cache = Cache(size=config.kept_answers, fresh=timedelta(hours=config.fresh_hours))
        yield Lookups(Asking(client, cache=cache, clock=context.clock), name_criterion=config.name_criterion)


def _header(secret: bytes) -> str:
    """Return the key as a header carries it: printable ASCII, or the request could not be written."""
    if secret and all(0x21 <= byte <= 0x7E for byte in secret):
        return secret.decode("ascii")
    message = "la clé de l'Annuaire Santé est vide ou contient un caractère qui ne peut pas être envoyé."
    raise ConfigError((Finding(field="plugins.annuaire.api_key", rule="annuaire.api_key", message=message),))
