"""Everything that Caducée raises.

    CaduceeError                       code, retry, explain()
    ├─ ConfigError                     findings[]: file, key, what was expected
    ├─ DocumentInvalid                 findings[]: the caller's field, the rule, its source
    ├─ IdentityError                   InsNotQualified · TraitsMismatch · RealmMixed
    ├─ CredentialError                 CardAbsent · CardRemoved · CardModuleFailed · OtherCard · AmbiguousCard
    │                                  PinRequired · PinWrong · PinLastTry · PinBlocked
    │                                  CertificateExpired · CertificateUntrusted · MechanismMissing · CardTooOld
    │                                  SessionExpired
    ├─ ServiceError
    │  ├─ ServiceUnavailable           Timeout · ConnectFailed
    │  ├─ ServiceRejected              the service's code and text, untouched
    │  │  ├─ ClockDrift                our clock is far from the service's
    │  │  └─ PartlyDone                a part was done: a person must look
    │  ├─ OutcomeUnknown               sent, no answer: ask before sending again
    │  └─ ProtocolViolation            an answer that is not what the protocol says
    ├─ CapabilityMissing
    ├─ ActorRefused                    who is at the keyboard may not do this
    ├─ ConsentMissing                  nothing says on which ground a record may be read
    ├─ PatientOpposed                  the patient is against it
    ├─ TerminologyMissing              the table that has no such code
    ├─ IdempotencyConflict
    ├─ SignatureInvalid                a signed document of others that does not hold, and why
    ├─ RecordUnreadable                a record from elsewhere that cannot be taken in
    ├─ BatchCancelled                  told to stop: what was begun has its result
    ├─ StoreError                      DrainedElsewhere · StoreNewer · DiskFull · NetworkFileSystem · StoreKeyWrong
    │                                  StoreBusy · StoreDamaged · AuditBroken · LeaseLost · StateConflict
    └─ PluginError                     PluginRefused · NotReady · PluginCrashed · NotGranted · StateNewer

No message ever holds patient data, a PIN, a token or a key: messages are built from codes, field names and the
service's own words only.
"""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Explanation, Finding, Retry, WithFindings
from caducee.errors.batches import BatchCancelled
from caducee.errors.credentials import (
    AmbiguousCard,
    CardAbsent,
    CardModuleFailed,
    CardRemoved,
    CardTooOld,
    CertificateExpired,
    CertificateUntrusted,
    CredentialError,
    MechanismMissing,
    OtherCard,
    PinBlocked,
    PinLastTry,
    PinRequired,
    PinWrong,
    SessionExpired,
)
from caducee.errors.desk import (
    ActorRefused,
    CapabilityMissing,
    ConfigError,
    ConsentMissing,
    DocumentInvalid,
    FactInvalid,
    IdempotencyConflict,
    IdentityError,
    InsNotQualified,
    OppositionInvalid,
    PatientOpposed,
    RealmMixed,
    TerminologyMissing,
    TraitsMismatch,
)
from caducee.errors.plugins import NotGranted, NotReady, PluginCrashed, PluginError, PluginRefused, StateNewer
from caducee.errors.services import (
    ClockDrift,
    ConnectFailed,
    OutcomeUnknown,
    PartlyDone,
    ProtocolViolation,
    ServiceError,
    ServiceRejected,
    ServiceUnavailable,
    Timeout,
)
from caducee.errors.signatures import SignatureFlaw, SignatureInvalid
from caducee.errors.store import (
    AuditBroken,
    DiskFull,
    DrainedElsewhere,
    LeaseLost,
    NetworkFileSystem,
    RecordUnreadable,
    StateConflict,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreKeyWrong,
    StoreNewer,
)

__all__ = [
    "ActorRefused",
    "AmbiguousCard",
    "AuditBroken",
    "BatchCancelled",
    "CaduceeError",
    "CapabilityMissing",
    "CardAbsent",
    "CardModuleFailed",
    "CardRemoved",
    "CardTooOld",
    "CertificateExpired",
    "CertificateUntrusted",
    "ClockDrift",
    "ConfigError",
    "ConnectFailed",
    "ConsentMissing",
    "CredentialError",
    "DiskFull",
    "DocumentInvalid",
    "DrainedElsewhere",
    "Explanation",
    "FactInvalid",
    "Finding",
    "IdempotencyConflict",
    "IdentityError",
    "InsNotQualified",
    "LeaseLost",
    "MechanismMissing",
    "NetworkFileSystem",
    "NotGranted",
    "NotReady",
    "OppositionInvalid",
    "OtherCard",
    "OutcomeUnknown",
    "PartlyDone",
    "PatientOpposed",
    "PinBlocked",
    "PinLastTry",
    "PinRequired",
    "PinWrong",
    "PluginCrashed",
    "PluginError",
    "PluginRefused",
    "ProtocolViolation",
    "RealmMixed",
    "RecordUnreadable",
    "Retry",
    "ServiceError",
    "ServiceRejected",
    "ServiceUnavailable",
    "SessionExpired",
    "SignatureFlaw",
    "SignatureInvalid",
    "StateConflict",
    "StateNewer",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreKeyWrong",
    "StoreNewer",
    "TerminologyMissing",
    "Timeout",
    "TraitsMismatch",
    "WithFindings",
]
