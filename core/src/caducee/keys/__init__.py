"""Keys where they live: PKCS#12 files, the CPS card behind PKCS#11, TLS contexts made with them.

Every name is loaded when it is first used: the card process imports this package too, and needs little of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee.keys.card.access import Card, OnEvent
    from caducee.keys.card.pin import PinPrompt, PinRequest
    from caducee.keys.card.process import CardProcess
    from caducee.keys.card.signer import CardSigner
    from caducee.keys.credentials import ConfiguredCredentials
    from caducee.keys.files import KeyFiles
    from caducee.keys.software import SoftwareKey, SoftwareSigner

_MODULE_OF = {
    "Card": "caducee.keys.card.access",
    "CardProcess": "caducee.keys.card.process",
    "CardSigner": "caducee.keys.card.signer",
    "ConfiguredCredentials": "caducee.keys.credentials",
    "KeyFiles": "caducee.keys.files",
    "OnEvent": "caducee.keys.card.access",
    "PinPrompt": "caducee.keys.card.pin",
    "PinRequest": "caducee.keys.card.pin",
    "SoftwareKey": "caducee.keys.software",
    "SoftwareSigner": "caducee.keys.software",
}

__all__ = [
    "Card",
    "CardProcess",
    "CardSigner",
    "ConfiguredCredentials",
    "KeyFiles",
    "OnEvent",
    "PinPrompt",
    "PinRequest",
    "SoftwareKey",
    "SoftwareSigner",
]


__getattr__ = loading(globals(), _MODULE_OF)
