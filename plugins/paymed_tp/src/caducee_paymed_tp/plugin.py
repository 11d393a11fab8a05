"""The hooks of third-party payment. ``PaymedTp`` is the same with the host's own adapters."""

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
from caducee_paymed_tp.adapters import Adapters, amc_services, card_reader, concentrator, provider
from caducee_paymed_tp.api import TP, ThirdPartyPayment
from caducee_paymed_tp.payers.desk import RIGHTS_AND_PRICES, RightsAndPrices
from caducee_paymed_tp.prerequisites import PREREQUISITES
from caducee_paymed_tp.sending import policy
from caducee_paymed_tp.sending.destination import Concentrator

if TYPE_CHECKING:
    from caducee.contracts.delivery import Deliverer
    from caducee.contracts.plugin import PluginContext, Registrar


class PaymedTp:
    """The plugin with what a host brings: ``open_kernel(…, plugins={"paymed_tp": PaymedTp(Adapters(…))})``."""

    def __init__(self, adapters: Adapters | None = None) -> None:
        self._adapters = adapters or Adapters()

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        """Register the configuration, the state, the service and the lane of lots."""
        registrar.config(self._adapters.config())
        registrar.state(StateSpec())
        registrar.needs(RIGHTS)
        registrar.requires(*PREREQUISITES)
        registrar.service(TP, lambda context: serve(context, self._adapters))
        registrar.service(RIGHTS_AND_PRICES, lambda context: serve_rights(context, self._adapters))
        registrar.destination(Concentrator, lambda context: deliver(context, self._adapters))

    @hookimpl
    def caducee_classify(self, kind: str, failure: Failure) -> Verdict | None:
        """Say what becomes of a lot that failed."""
        return _classified(kind, failure)

    @hookimpl
    def caducee_explain(self, code: str) -> Explanation | None:
        """Explain the codes of third-party payment."""
        return errors.explain(code)


@asynccontextmanager
async def serve(context: PluginContext, adapters: Adapters) -> AsyncIterator[ThirdPartyPayment]:
    """Offer the service."""
    from caducee_paymed_tp.service import TpService

    yield TpService(context, concentrator=concentrator(context, adapters), provider=provider(context, adapters))


@asynccontextmanager
async def serve_rights(context: PluginContext, adapters: Adapters) -> AsyncIterator[RightsAndPrices]:
    """Offer rights and prices."""
    from caducee_paymed_tp.payers.desk import RightsDesk

    yield RightsDesk(context, amc=amc_services(context, adapters), cards=card_reader(context, adapters))


@asynccontextmanager
async def deliver(context: PluginContext, adapters: Adapters) -> AsyncIterator[Deliverer]:
    """Serve the lane of lots."""
    from caducee_paymed_tp.sending.deliverer import LotDeliverer

    yield LotDeliverer(context, concentrator(context, adapters))


def _classified(kind: str, failure: Failure) -> Verdict | None:
    return policy.classify(failure) if kind == Concentrator.kind else None


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register third-party payment with the built-in profiles."""
    PaymedTp().caducee_register(registrar)


@hookimpl
def caducee_classify(kind: str, failure: Failure) -> Verdict | None:
    """Say what becomes of a lot that failed."""
    return _classified(kind, failure)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of third-party payment."""
    return errors.explain(code)
