"""Everything that a plugin is written with, in one place.

from caducee.plugin_api import Destination, Envelope, PluginContext, Receipt, Registrar, Route, hookimpl

These names stay where they are within an API version. Each is loaded when it is first used; the toolkit for national
formats (``caducee.wire``, ``caducee.cda``) and the tests (``caducee.testing``) are beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee.clock import Clock
    from caducee.config.secrets import Secret
    from caducee.contracts.credentials import Credentials
    from caducee.contracts.delivery import Deliverer, Envelope, Failure, Receipt, Verdict, VerdictKind
    from caducee.contracts.directory import (
        DIRECTORY,
        TRUST_SPACE,
        Directory,
        DirectoryEntry,
        DirectoryOrganisation,
        DirectorySource,
        Mailbox,
        MailboxKind,
        Provenance,
        Reach,
        Recipient,
        Suggestion,
        TrustSpace,
    )
    from caducee.contracts.http import HttpAnswer, HttpClient, Limits
    from caducee.contracts.identity import IDENTITY, Identity, InsAnswer, InsOutcome
    from caducee.contracts.oppositions import Oppositions
    from caducee.contracts.patients import PATIENT_INDEX, PatientIndex
    from caducee.contracts.plugin import Inquiry, Need, PluginContext, Registrar
    from caducee.contracts.publishing import Publication, Publisher
    from caducee.contracts.rights import RIGHTS, Cover, Rights, RightsAnswer
    from caducee.contracts.session import (
        PROFESSIONAL_SESSION,
        AccessToken,
        ProfessionalSession,
        SessionIdentity,
        SessionPhase,
        SessionState,
        Situation,
    )
    from caducee.contracts.signer import SignatureAlgorithm, Signer
    from caducee.contracts.state import Parcel, PluginTransaction, Received, Record, State, StateSpec, StreamEntry
    from caducee.errors import (
        CaduceeError,
        CapabilityMissing,
        ConnectFailed,
        CredentialError,
        DocumentInvalid,
        Explanation,
        Finding,
        IdempotencyConflict,
        NotGranted,
        NotReady,
        OutcomeUnknown,
        PartlyDone,
        PluginCrashed,
        ProtocolViolation,
        Retry,
        ServiceError,
        ServiceRejected,
        ServiceUnavailable,
        SessionExpired,
        StateConflict,
        Timeout,
    )
    from caducee.hooks import API_VERSION, Facts, Route, UntilTold, hookimpl
    from caducee.model.agreement import Source, Statement
    from caducee.model.destination import Destination
    from caducee.model.document import Document
    from caducee.model.entry import DocumentEntry
    from caducee.model.environment import Environment
    from caducee.model.practice import Actor, ActorKind, Practitioner
    from caducee.services import ServiceKey

_HOME = {
    "caducee.clock": ("Clock",),
    "caducee.config.secrets": ("Secret",),
    "caducee.contracts.credentials": ("Credentials",),
    "caducee.contracts.delivery": (
        "Deliverer",
        "Envelope",
        "Failure",
        "Receipt",
        "Verdict",
        "VerdictKind",
    ),
    "caducee.contracts.directory": (
        "DIRECTORY",
        "TRUST_SPACE",
        "Directory",
        "DirectoryEntry",
        "DirectoryOrganisation",
        "DirectorySource",
        "Mailbox",
        "MailboxKind",
        "Provenance",
        "Reach",
        "Recipient",
        "Suggestion",
        "TrustSpace",
    ),
    "caducee.contracts.identity": (
        "IDENTITY",
        "Identity",
        "InsAnswer",
        "InsOutcome",
    ),
    "caducee.contracts.oppositions": ("Oppositions",),
    "caducee.contracts.patients": ("PATIENT_INDEX", "PatientIndex"),
    "caducee.contracts.plugin": (
        "Inquiry",
        "Need",
        "PluginContext",
        "Registrar",
    ),
    "caducee.contracts.publishing": ("Publication", "Publisher"),
    "caducee.contracts.rights": (
        "RIGHTS",
        "Cover",
        "Rights",
        "RightsAnswer",
    ),
    "caducee.contracts.session": (
        "PROFESSIONAL_SESSION",
        "AccessToken",
        "ProfessionalSession",
        "SessionIdentity",
        "SessionPhase",
        "SessionState",
        "Situation",
    ),
    "caducee.contracts.signer": (
        "SignatureAlgorithm",
        "Signer",
    ),
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
        "CapabilityMissing",
        "ConnectFailed",
        "CredentialError",
        "DocumentInvalid",
        "Explanation",
        "Finding",
        "IdempotencyConflict",
        "NotGranted",
        "NotReady",
        "OutcomeUnknown",
        "PartlyDone",
        "PluginCrashed",
        "ProtocolViolation",
        "Retry",
        "ServiceError",
        "ServiceRejected",
        "ServiceUnavailable",
        "SessionExpired",
        "StateConflict",
        "Timeout",
    ),
    "caducee.hooks": (
        "API_VERSION",
        "Facts",
        "Route",
        "UntilTold",
        "hookimpl",
    ),
    "caducee.model.agreement": (
        "Source",
        "Statement",
    ),
    "caducee.model.destination": ("Destination",),
    "caducee.model.document": ("Document",),
    "caducee.model.entry": ("DocumentEntry",),
    "caducee.model.environment": ("Environment",),
    "caducee.model.practice": (
        "Actor",
        "ActorKind",
        "Practitioner",
    ),
    "caducee.services": ("ServiceKey",),
    "caducee.sharing.fact_kind": ("FactKind",),
    "caducee.contracts.http": (
        "HttpAnswer",
        "HttpClient",
        "Limits",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "API_VERSION",
    "DIRECTORY",
    "IDENTITY",
    "PATIENT_INDEX",
    "PROFESSIONAL_SESSION",
    "RIGHTS",
    "TRUST_SPACE",
    "AccessToken",
    "Actor",
    "ActorKind",
    "CaduceeError",
    "CapabilityMissing",
    "Clock",
    "ConnectFailed",
    "Cover",
    "CredentialError",
    "Credentials",
    "Deliverer",
    "Destination",
    "Directory",
    "DirectoryEntry",
    "DirectoryOrganisation",
    "DirectorySource",
    "Document",
    "DocumentEntry",
    "DocumentInvalid",
    "Envelope",
    "Environment",
    "Explanation",
    "Facts",
    "Failure",
    "Finding",
    "HttpAnswer",
    "HttpClient",
    "IdempotencyConflict",
    "Identity",
    "Inquiry",
    "InsAnswer",
    "InsOutcome",
    "Limits",
    "Mailbox",
    "MailboxKind",
    "Need",
    "NotGranted",
    "NotReady",
    "Oppositions",
    "OutcomeUnknown",
    "Parcel",
    "PartlyDone",
    "PatientIndex",
    "PluginContext",
    "PluginCrashed",
    "PluginTransaction",
    "Practitioner",
    "ProfessionalSession",
    "ProtocolViolation",
    "Provenance",
    "Publication",
    "Publisher",
    "Reach",
    "Receipt",
    "Received",
    "Recipient",
    "Record",
    "Registrar",
    "Retry",
    "Rights",
    "RightsAnswer",
    "Route",
    "Secret",
    "ServiceError",
    "ServiceKey",
    "ServiceRejected",
    "ServiceUnavailable",
    "SessionExpired",
    "SessionIdentity",
    "SessionPhase",
    "SessionState",
    "SignatureAlgorithm",
    "Signer",
    "Situation",
    "Source",
    "State",
    "StateConflict",
    "StateSpec",
    "Statement",
    "StreamEntry",
    "Suggestion",
    "Timeout",
    "TrustSpace",
    "UntilTold",
    "Verdict",
    "VerdictKind",
    "hookimpl",
]


__getattr__ = loading(globals(), _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
