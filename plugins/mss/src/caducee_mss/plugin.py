"""The hooks of the secure mail plugin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from caducee.contracts.delivery import Failure, Verdict
from caducee.contracts.directory import DIRECTORY
from caducee.contracts.patients import PATIENT_INDEX
from caducee.contracts.plugin import Need
from caducee.contracts.portability import keeper_of
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation, Finding
from caducee.hooks import Facts, Route, hookimpl
from caducee_mss import errors
from caducee_mss.api import MSS, Mail
from caducee_mss.config import MssConfig
from caducee_mss.prerequisites import PREREQUISITES
from caducee_mss.sending import policy, refusals
from caducee_mss.sending.destination import Correspondent, PatientMail, PlainMail
from caducee_mss.sending.validation import findings

if TYPE_CHECKING:
    from caducee.contracts.delivery import Deliverer
    from caducee.contracts.plugin import PluginContext, Registrar
    from caducee.contracts.portability import RecordKeeper
    from caducee.model.destination import Destination
    from caducee.model.document import Document

_OURS = frozenset({Correspondent.kind, PatientMail.kind, PlainMail.kind})


@asynccontextmanager
async def serve(context: PluginContext) -> AsyncIterator[Mail]:
    """Read the boxes and offer the service."""
    from caducee_mss.running import running

    async with running(context) as service:
        yield service


@asynccontextmanager
async def keep(context: PluginContext) -> AsyncIterator[RecordKeeper]:
    """Offer the letters of a record, to be carried elsewhere and taken in."""
    from caducee_mss.keeper import MailKeeper

    yield MailKeeper(context.state)


@asynccontextmanager
async def deliver(context: PluginContext) -> AsyncIterator[Deliverer]:
    """Serve the lanes of documents."""
    from caducee_mss.post import Post
    from caducee_mss.sending.deliverer import MailDeliverer
    from caducee_mss.sending.writing import Writer

    post = Post(context)
    yield MailDeliverer(context, post, Writer(context, post))


@asynccontextmanager
async def deliver_plain(context: PluginContext) -> AsyncIterator[Deliverer]:
    """Serve the lane of answers and receipts."""
    from caducee_mss.post import Post
    from caducee_mss.sending.deliverer import PlainDeliverer

    yield PlainDeliverer(context, Post(context))


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register the configuration, the service and the destinations."""
    registrar.config(MssConfig)
    registrar.state(StateSpec())
    registrar.requires(*PREREQUISITES)
    registrar.needs(PROFESSIONAL_SESSION, DIRECTORY, PATIENT_INDEX, Need.OPPOSITIONS)
    registrar.service(MSS, serve)
    registrar.service(keeper_of("mss"), keep)
    registrar.destination(Correspondent, deliver, at_once=4)
    registrar.destination(PatientMail, deliver, at_once=4)
    registrar.destination(PlainMail, deliver_plain, at_once=2)


@hookimpl
def caducee_route(facts: Facts) -> list[Route]:
    """Serve professionals at once; a patient under a qualified identity, once they have been told."""
    professionals = [Route(destination=one) for one in facts.destinations if isinstance(one, Correspondent)]
    patients = [
        Route(destination=one, needs_qualified_ins=True, waits_for_announcement=True)
        for one in facts.destinations
        if isinstance(one, PatientMail)
    ]
    return [*professionals, *patients]


@hookimpl
def caducee_validate(document: Document, destination: Destination, facts: Facts) -> list[Finding]:
    """Say at the desk what may not leave."""
    return findings(document, destination, facts) if destination.kind in _OURS else []


@hookimpl
def caducee_classify(kind: str, failure: Failure) -> Verdict | None:
    """Say what becomes of a mail that failed."""
    return policy.classify(failure) if kind in _OURS else None


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of secure mail."""
    return refusals.explain(code) or errors.explain(code)
