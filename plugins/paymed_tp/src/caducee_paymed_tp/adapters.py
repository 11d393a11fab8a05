"""What stands behind the ports: chosen by its name in the configuration, ours or the host's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.payers.card import SIMULATED_CARD

if TYPE_CHECKING:
    from caducee.contracts.plugin import PluginContext
    from caducee_paymed_tp.payers.card import CardProfile
    from caducee_paymed_tp.payers.ports import AmcServices
    from caducee_paymed_tp.payment_link.provider import Provider
    from caducee_paymed_tp.sending.port import TpConcentrator

NONE = "none"
SIMULATED = "simulated"
PAYMED = "paymed"
"""A concentrator that the trade press describes and whose interface is not public: the profile is the simulated one."""


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """What a host brings, by the name that its configuration says.

    ``concentrators`` for ``concentrator.profile``, ``providers`` for ``link.provider``, ``amc`` for ``amc`` (IDB, CLC
    and the directory), ``cards`` for ``card.profile``. A name of ours cannot be taken.
    """

    concentrators: Mapping[str, Callable[[PluginContext], TpConcentrator]] = field(default_factory=dict)
    providers: Mapping[str, Callable[[PluginContext], Provider]] = field(default_factory=dict)
    amc: Mapping[str, Callable[[PluginContext], AmcServices]] = field(default_factory=dict)
    cards: Mapping[str, CardProfile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for taken, brought in self._names():
            if both := sorted(set(taken) & set(brought)):
                raise ValueError(f"names of built-in profiles: {', '.join(both)}")

    def _names(self) -> tuple[tuple[Iterable[str], Iterable[str]], ...]:
        ours = (NONE, SIMULATED)
        return (
            ((*ours, PAYMED), self.concentrators),
            (ours, self.providers),
            (ours, self.amc),
            ((NONE, SIMULATED_CARD), self.cards),
        )

    def config(self) -> type[TpConfig]:
        """Return the configuration that knows these names, and refuses any other in French."""
        known = [(*ours, *brought) for ours, brought in self._names()]

        class Chosen(TpConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
            """``[plugins.paymed_tp]``."""

            def __post_init__(self) -> None:
                provider = self.link.provider if self.link else NONE
                chosen = (self.concentrator.profile, provider, self.amc, self.card.profile)
                for key, name, names in zip(_KEYS, chosen, known, strict=True):
                    if name not in names:
                        raise ValueError(f"{key} = « {name} » est inconnu ; attendu : {' ou '.join(names)}.")
                self.check()

        return Chosen


_KEYS = ("concentrator.profile", "link.provider", "amc", "card.profile")


def concentrator(context: PluginContext, adapters: Adapters) -> TpConcentrator:
    """Return the concentrator that the configuration names."""
    from caducee_paymed_tp.sending.port import NoConcentrator
    from caducee_paymed_tp.sending.simulated_profile import SimulatedConcentrator

    chosen = context.config.concentrator
    if chosen.profile in adapters.concentrators:
        return adapters.concentrators[chosen.profile](context)
    if chosen.profile == NONE:
        return NoConcentrator()
    context.log.warning("the concentrator is simulated (profile %s): nothing reaches a payer", chosen.profile)
    return SimulatedConcentrator(context, chosen.url, credential=chosen.credential, seconds=chosen.answer_timeout)


def provider(context: PluginContext, adapters: Adapters) -> Provider | None:
    """Return the payment provider that the configuration names, ``None`` for none."""
    from caducee_paymed_tp.payment_link.simulated_profile import SimulatedProvider

    link = context.config.link
    if link is None or link.provider == NONE:
        return None
    if link.provider in adapters.providers:
        return adapters.providers[link.provider](context)
    return SimulatedProvider(context, link.url, credential=link.credential)


def amc_services(context: PluginContext, adapters: Adapters) -> AmcServices | None:
    """Return the services of complementary insurers that the configuration names, ``None`` for none."""
    from caducee_paymed_tp.payers.simulated import SimulatedAmc

    name = context.config.amc
    if name == NONE:
        return None
    return adapters.amc[name](context) if name in adapters.amc else SimulatedAmc(context.clock.now().date())


def card_reader(context: PluginContext, adapters: Adapters) -> CardProfile | None:
    """Return the reader of cards that the configuration names, ``None`` for none."""
    from caducee_paymed_tp.payers.card import SimulatedCards

    chosen = context.config.card
    if chosen.profile == NONE:
        return None
    if chosen.profile in adapters.cards:
        return adapters.cards[chosen.profile]
    key = context.secret(chosen.key, key="card.key") if chosen.key is not None else b""
    return SimulatedCards(key, environment=context.environment)
