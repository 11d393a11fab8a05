"""Everything that a plugin is written with, in one place.

from caducee.plugin_api import Destination, Envelope, PluginContext, Receipt, Registrar, Route, hookimpl

These names stay where they are within an API version. Each is loaded when it is first used; the toolkit for national
formats (``caducee.wire``, ``caducee.cda``) and the tests (``caducee.testing``) are beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caducee.clock import Clock
    from caducee.contracts.credentials import Credentials
    from caducee.contracts.delivery import Deliverer, Envelope, Failure, Receipt, Verdict, VerdictKind
    from caducee.contracts.directory import DIRECTORY
    from caducee.contracts.identity import IDENTITY
    from caducee.contracts.plugin import Need, PluginContext, Registrar
    from caducee.contracts.rights import RIGHTS
    from caducee.contracts.session import PROFESSIONAL_SESSION
    from caducee.contracts.signer import SignatureAlgorithm, Signer
    from caducee.contracts.state import Parcel, PluginTransaction, Received, Record, State, StateSpec, StreamEntry
    from caducee.errors import (
        CaduceeError,
        CredentialError,
        Explanation,
        Finding,
        OutcomeUnknown,
        PartlyDone,
        ProtocolViolation,
        Retry,
        ServiceError,
        ServiceRejected,
        ServiceUnavailable,
    )
    from caducee.hooks import API_VERSION, Facts, Route, hookimpl
    from caducee.model.destination import Destination
    from caducee.model.document import Document
    from caducee.model.entry import DocumentEntry
    from caducee.model.environment import Environment
    from caducee.services import ServiceKey
    from caducee.wire.http import HttpAnswer, HttpClient

_HOME = {
    "caducee.clock": ("Clock",),
    "caducee.contracts.credentials": ("Credentials",),
    "caducee.contracts.delivery": ("Deliverer", "Envelope", "Failure", "Receipt", "Verdict", "VerdictKind"),
    "caducee.contracts.directory": ("DIRECTORY",),
    "caducee.contracts.identity": ("IDENTITY",),
    "caducee.contracts.plugin": ("Need", "PluginContext", "Registrar"),
    "caducee.contracts.rights": ("RIGHTS",),
    "caducee.contracts.session": ("PROFESSIONAL_SESSION",),
    "caducee.contracts.signer": ("SignatureAlgorithm", "Signer"),
    "caducee.contracts.state": (
        "Parcel",
        "PluginTransaction",
        "Received",
        "Record",
        "State",
        "StateSpec",
        "StreamEntry",
    ),
    "caducee.errors": (
        "CaduceeError",
        "CredentialError",
        "Explanation",
        "Finding",
        "OutcomeUnknown",
        "PartlyDone",
        "ProtocolViolation",
        "Retry",
        "ServiceError",
        "ServiceRejected",
        "ServiceUnavailable",
    ),
    "caducee.hooks": ("API_VERSION", "Facts", "Route", "hookimpl"),
    "caducee.model.destination": ("Destination",),
    "caducee.model.document": ("Document",),
    "caducee.model.entry": ("DocumentEntry",),
    "caducee.model.environment": ("Environment",),
    "caducee.services": ("ServiceKey",),
    "caducee.wire.http": ("HttpAnswer", "HttpClient"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "API_VERSION",
    "DIRECTORY",
    "IDENTITY",
    "PROFESSIONAL_SESSION",
    "RIGHTS",
    "CaduceeError",
    "Clock",
    "CredentialError",
    "Credentials",
    "Deliverer",
    "Destination",
    "Document",
    "DocumentEntry",
    "Envelope",
    "Environment",
    "Explanation",
    "Facts",
    "Failure",
    "Finding",
    "HttpAnswer",
    "HttpClient",
    "Need",
    "OutcomeUnknown",
    "Parcel",
    "PartlyDone",
    "PluginContext",
    "PluginTransaction",
    "ProtocolViolation",
    "Receipt",
    "Received",
    "Record",
    "Registrar",
    "Retry",
    "Route",
    "ServiceError",
    "ServiceKey",
    "ServiceRejected",
    "ServiceUnavailable",
    "SignatureAlgorithm",
    "Signer",
    "State",
    "StateSpec",
    "StreamEntry",
    "Verdict",
    "VerdictKind",
    "hookimpl",
]


def __getattr__(name: str) -> Any:
    """Load a public name from where it lives (PEP 562)."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
