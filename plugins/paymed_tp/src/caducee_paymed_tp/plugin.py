"""The hooks of third-party payment. ``PaymedTp`` is the same with the host's payment provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from caducee.contracts.delivery import Failure, Verdict
from caducee.contracts.rights import RIGHTS
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_paymed_tp import errors
from caducee_paymed_tp.api import TP, ThirdPartyPayment
from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.payers.desk import RIGHTS_AND_PRICES, RightsAndPrices
from caducee_paymed_tp.sending import policy
from caducee_paymed_tp.sending.destination import Concentrator

if TYPE_CHECKING:
    from caducee.contracts.delivery import Deliverer
    from caducee.contracts.plugin import PluginContext, Registrar
    from caducee_paymed_tp.payment_link.provider import Provider
    from caducee_paymed_tp.sending.port import TpConcentrator


class PaymedTp:
    """The plugin with a payment provider: ``open_kernel(…, plugins={"paymed_tp": PaymedTp(provider=mine)})``."""

    def __init__(self, provider: Provider | None = None) -> None:
        self._provider = provider

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        """Register the configuration, the state, the service and the lane of lots."""
        registrar.config(TpConfig)
        registrar.state(StateSpec())
        registrar.needs(RIGHTS)
        registrar.service(TP, lambda context: serve(context, self._provider))
        registrar.service(RIGHTS_AND_PRICES, serve_rights)
        registrar.destination(Concentrator, deliver)

    @hookimpl
    def caducee_classify(self, kind: str, failure: Failure) -> Verdict | None:
        """Say what becomes of a lot that failed."""
        return _classified(kind, failure)

    @hookimpl
    def caducee_explain(self, code: str) -> Explanation | None:
        """Explain the codes of third-party payment."""
        return errors.explain(code)


@asynccontextmanager
async def serve(context: PluginContext, provider: Provider | None = None) -> AsyncIterator[ThirdPartyPayment]:
    """Offer the service."""
    from caducee_paymed_tp.service import TpService

    yield TpService(context, concentrator=_concentrator(context), provider=provider)


@asynccontextmanager
async def serve_rights(context: PluginContext) -> AsyncIterator[RightsAndPrices]:
    """Offer rights and prices."""
    from caducee_paymed_tp.payers.desk import RightsDesk

    config: TpConfig = context.config
    yield RightsDesk(context, simulated=config.amc == "simulated")


@asynccontextmanager
async def deliver(context: PluginContext) -> AsyncIterator[Deliverer]:
    """Serve the lane of lots."""
    from caducee_paymed_tp.sending.deliverer import LotDeliverer

    yield LotDeliverer(context, _concentrator(context))


def _concentrator(context: PluginContext) -> TpConcentrator:
    from caducee_paymed_tp.sending.port import NoConcentrator
    from caducee_paymed_tp.sending.simulated_profile import SimulatedConcentrator

    config: TpConfig = context.config
    if config.concentrator.profile == "none":
        return NoConcentrator()
    chosen = config.concentrator
    return SimulatedConcentrator(context, chosen.url, credential=chosen.credential, seconds=chosen.answer_timeout)


def _classified(kind: str, failure: Failure) -> Verdict | None:
    return policy.classify(failure) if kind == Concentrator.kind else None


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register third-party payment without a payment provider."""
    PaymedTp().caducee_register(registrar)


@hookimpl
def caducee_classify(kind: str, failure: Failure) -> Verdict | None:
    """Say what becomes of a lot that failed."""
    return _classified(kind, failure)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of third-party payment."""
    return errors.explain(code)
