"""The hooks of the DMP plugin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from caducee.contracts.delivery import Failure, Verdict
from caducee.contracts.plugin import Need
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation, Finding
from caducee.hooks import Facts, Route, UntilTold, hookimpl
from caducee_dmp import errors, policy
from caducee_dmp.api import DMP, DmpService
from caducee_dmp.config import DmpConfig
from caducee_dmp.destination import Dmp, Step
from caducee_dmp.prerequisites import PREREQUISITES
from caducee_dmp.record.api import KEEPER, SHARED_RECORD, SharedRecord
from caducee_dmp.validation import findings

if TYPE_CHECKING:
    from caducee.contracts.delivery import Deliverer
    from caducee.contracts.plugin import PluginContext, Registrar
    from caducee.contracts.portability import RecordKeeper
    from caducee.model.destination import Destination
    from caducee.model.document import Document


@asynccontextmanager
async def serve(context: PluginContext) -> AsyncIterator[DmpService]:
    """Offer the consultation of the DMP."""
    from caducee_dmp.exchange import Exchange
    from caducee_dmp.service import Consultation

    async with Exchange(context) as exchange:
        yield Consultation(context, exchange)


@asynccontextmanager
async def follow(context: PluginContext) -> AsyncIterator[SharedRecord]:
    """Offer records that are followed at the practice."""
    from caducee_dmp.exchange import Exchange
    from caducee_dmp.record.service import FollowedRecords
    from caducee_dmp.service import Consultation

    async with Exchange(context) as exchange:
        yield FollowedRecords(context, Consultation(context, exchange))


@asynccontextmanager
async def keep(context: PluginContext) -> AsyncIterator[RecordKeeper]:
    """Offer what is kept of records, to be carried elsewhere and taken in."""
    from caducee_dmp.record.keeper import DmpKeeper

    yield DmpKeeper(context.state)


@asynccontextmanager
async def deliver(context: PluginContext) -> AsyncIterator[Deliverer]:
    """Serve the lane of the DMP."""
    from caducee_dmp.exchange import Exchange
    from caducee_dmp.showing import DmpLane

    async with Exchange(context) as exchange:
        yield DmpLane(context, exchange)


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register the configuration, the service and the destination."""
    registrar.config(DmpConfig)
    registrar.state(StateSpec())
    registrar.requires(*PREREQUISITES)
    registrar.needs(Need.SIGNATURE, Need.AUTHENTICATION, Need.OPPOSITIONS)
    registrar.service(DMP, serve)
    registrar.service(SHARED_RECORD, follow)
    registrar.service(KEEPER, keep)
    registrar.destination(Dmp, deliver, at_once=8)


@hookimpl
def caducee_route(facts: Facts) -> list[Route]:
    """Serve ``Dmp``; only a qualified identity goes there.

    The patient reads it in Mon espace santé: what they must be told first is hidden from them there until then.
    """
    hides = UntilTold(hidden=Dmp(Step.HIDDEN), shown=Dmp(Step.SHOW))
    return [
        Route(destination=d, needs_qualified_ins=True, waits_for_announcement=True, until_told=hides)
        for d in facts.destinations
        if isinstance(d, Dmp)
    ]


@hookimpl
def caducee_validate(document: Document, destination: Destination) -> list[Finding]:
    """Say at the desk what the DMP would refuse."""
    return findings(document) if isinstance(destination, Dmp) else []


@hookimpl
def caducee_classify(kind: str, failure: Failure) -> Verdict | None:
    """Say what becomes of a delivery to the DMP."""
    return policy.classify(failure) if kind == Dmp.kind else None


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of the DMP."""
    return errors.explain(code)
