"""For authors of plugins and of practice software: what stands for the world while they test.

A kernel on a temporary folder, a clock to move, a card, a service that fails on demand, words to look for where they
must not be. The contract that every plugin keeps is ``caducee.testing.contract``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee.testing.authority import InventedAuthority
    from caducee.testing.canaries import Canaries
    from caducee.testing.card import CardPlace, FakeCard
    from caducee.testing.clock import MovingClock
    from caducee.testing.exchange import Answer, Outage, Request
    from caducee.testing.fakes import (
        FakeCardAccess,
        FakeDirectory,
        FakeIdentity,
        FakeProfessionalSession,
        FakeRights,
    )
    from caducee.testing.kernel import config_for, kernel_for
    from caducee.testing.letters import AUTHOR, PATIENT, invented_letter
    from caducee.testing.service import ScriptedService

_HOME = {
    "caducee.testing.authority": ("InventedAuthority",),
    "caducee.testing.canaries": ("Canaries",),
    "caducee.testing.card": ("CardPlace", "FakeCard"),
    "caducee.testing.clock": ("MovingClock",),
    "caducee.testing.exchange": ("Answer", "Outage", "Request"),
    "caducee.testing.fakes": (
        "FakeCardAccess",
        "FakeDirectory",
        "FakeIdentity",
        "FakeProfessionalSession",
        "FakeRights",
    ),
    "caducee.testing.kernel": ("config_for", "kernel_for"),
    "caducee.testing.letters": ("AUTHOR", "PATIENT", "invented_letter"),
    "caducee.testing.service": ("ScriptedService",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AUTHOR",
    "PATIENT",
    "Answer",
    "Canaries",
    "CardPlace",
    "FakeCard",
    "FakeCardAccess",
    "FakeDirectory",
    "FakeIdentity",
    "FakeProfessionalSession",
    "FakeRights",
    "InventedAuthority",
    "MovingClock",
    "Outage",
    "Request",
    "ScriptedService",
    "config_for",
    "invented_letter",
    "kernel_for",
]


__getattr__ = loading(globals(), _MODULE_OF)
