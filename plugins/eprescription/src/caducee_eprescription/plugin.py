"""The hooks of the digital prescription. ``Eprescription`` is the same with the practice's software's own numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from caducee.contracts.plugin import Need
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_eprescription import errors
from caducee_eprescription.api import EPRESCRIPTION, EPrescription
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.prerequisites import PREREQUISITES

if TYPE_CHECKING:
    from caducee.contracts.plugin import PluginContext, Registrar
    from caducee_eprescription.numbers import PrescriptionNumberPolicy


class Eprescription:
    """The plugin with the vendor's rule of numbers: ``plugins={"eprescription": Eprescription(numbers=own)}``.

    Without ``numbers`` they are simulated. Every page stays marked SPÉCIMEN where the policy says that it is simulated,
    and as long as the service is the simulated one.
    """

    def __init__(self, *, numbers: PrescriptionNumberPolicy | None = None) -> None:
        self._numbers = numbers

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        """Register the configuration, the state and the service."""
        registrar.config(EPrescriptionConfig)
        registrar.state(StateSpec())
        registrar.requires(*PREREQUISITES)
        registrar.needs(Need.AUTHENTICATION, Need.PUBLICATION, Need.OPPOSITIONS)
        registrar.service(EPRESCRIPTION, lambda context: serve(context, numbers=self._numbers))

    @hookimpl
    def caducee_explain(self, code: str) -> Explanation | None:
        """Explain a code of this plugin, or of the national base."""
        return errors.explain(code)


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register the same, with simulated numbers."""
    Eprescription().caducee_register(registrar)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain a code of this plugin, or of the national base."""
    return errors.explain(code)


@asynccontextmanager
async def serve(
    context: PluginContext, *, numbers: PrescriptionNumberPolicy | None = None
) -> AsyncIterator[EPrescription]:
    """Offer the prescription, and look in the background for what must not be at the base."""
    from caducee_eprescription.keeping import Keeping
    from caducee_eprescription.numbers import SimulatedNumbers
    from caducee_eprescription.paper import Paper
    from caducee_eprescription.paper.letterhead import read_letterhead
    from caducee_eprescription.products import Products
    from caducee_eprescription.profiles.simulated import SimulatedRegister
    from caducee_eprescription.service import Prescriptions
    from caducee_eprescription.watching import Watch

    config: EPrescriptionConfig = context.config
    numbers = numbers or SimulatedNumbers()
    template = Path(config.template) if config.template else None
    letterhead = await anyio.to_thread.run_sync(read_letterhead, Path(config.letterhead)) if config.letterhead else b""
    async with AsyncExitStack() as stack:
        products = stack.enter_context(Products(Path(config.products))) if config.products else None
        register = await stack.enter_async_context(SimulatedRegister(context))
        simulated = register.simulated or numbers.simulated
        paper = Paper(context.environment, simulated=simulated, template=template, letterhead=letterhead)
        tasks = await stack.enter_async_context(anyio.create_task_group())
        keeping = Keeping(context.state, context.clock)
        watch = Watch(keeping=keeping, register=register, clock=context.clock, config=config)
        tasks.start_soon(watch.run, name="caducee eprescription watch")
        yield Prescriptions(context, register=register, numbers=numbers, paper=paper, products=products)
        tasks.cancel_scope.cancel()
