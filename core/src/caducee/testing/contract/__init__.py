"""The contract that every plugin keeps, as tests: subclass what fits the plugin and run pytest.

from caducee.testing.contract import DestinationContract, Subject

class TestChat(DestinationContract):
    def subject(self) -> Subject:
        ...

This package needs pytest.
"""

from __future__ import annotations

from caducee.testing.contract.base import PluginContract
from caducee.testing.contract.destination import DestinationContract
from caducee.testing.contract.inbox import InboxContract
from caducee.testing.contract.service import ServiceContract
from caducee.testing.contract.state import StateContract
from caducee.testing.contract.subject import InboxSample, StateSample, Subject

__all__ = [
    "DestinationContract",
    "InboxContract",
    "InboxSample",
    "PluginContract",
    "ServiceContract",
    "StateContract",
    "StateSample",
    "Subject",
]
