"""Embeddable SDK for the French national e-health services.

async with caducee.open_kernel("caducee.toml") as kernel:
    ticket = await kernel.documents.publish(letter, audience=…, acting=…, idempotency_key=…)

Every name below is loaded when it is first used: importing this package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee.assembly import open_kernel
    from caducee.blocking import BlockingKernel
    from caducee.cda.reading import ReadDocument, read_document
    from caducee.cda.rules import RuleFinding, check_document
    from caducee.cda.view import to_html, to_pdf
    from caducee.clock import Clock
    from caducee.config import Config, Secret, SecretProvider, load_config
    from caducee.documents.ticket import DeliveryStatus, Ticket
    from caducee.errors import (
        CaduceeError,
        CapabilityMissing,
        ConfigError,
        ConsentMissing,
        CredentialError,
        DocumentInvalid,
        IdempotencyConflict,
        IdentityError,
        PluginError,
        ServiceError,
        StoreError,
    )
    from caducee.kernel import Kernel
    from caducee.keys import PinPrompt, PinRequest
    from caducee.model.announcement import Announce
    from caducee.model.codes import Code
    from caducee.model.destination import Audience, Destination
    from caducee.model.document import Document, PdfBody
    from caducee.model.environment import Environment
    from caducee.model.identity import Ins, InsStatus, Sex, Traits
    from caducee.model.patient import Address, Patient
    from caducee.model.practice import Actor, ActorKind, Organisation, Practitioner
    from caducee.patients import serve_patients
    from caducee.pdfa import FormNotDrawn, How, PdfaFile, check_pdfa, to_pdfa
    from caducee.services import ServiceKey
    from caducee.sharing.basis import CareTeam, ExplicitConsent
    from caducee.sharing.opposition import Opposition, Scope

_HOME = {
    "caducee.assembly": ("open_kernel",),
    "caducee.blocking": ("BlockingKernel",),
    "caducee.cda.reading": ("ReadDocument", "read_document"),
    "caducee.cda.rules": ("RuleFinding", "check_document"),
    "caducee.cda.view": ("to_html", "to_pdf"),
    "caducee.clock": ("Clock",),
    "caducee.config": ("Config", "Secret", "SecretProvider", "load_config"),
    "caducee.documents.ticket": ("DeliveryStatus", "Ticket"),
    "caducee.errors": (
        "CaduceeError",
        "CapabilityMissing",
        "ConfigError",
        "ConsentMissing",
        "CredentialError",
        "DocumentInvalid",
        "IdempotencyConflict",
        "IdentityError",
        "PluginError",
        "ServiceError",
        "StoreError",
    ),
    "caducee.kernel": ("Kernel",),
    "caducee.keys": ("PinPrompt", "PinRequest"),
    "caducee.model.announcement": ("Announce",),
    "caducee.model.codes": ("Code",),
    "caducee.model.destination": ("Audience", "Destination"),
    "caducee.model.document": ("Document", "PdfBody"),
    "caducee.model.environment": ("Environment",),
    "caducee.model.identity": ("Ins", "InsStatus", "Sex", "Traits"),
    "caducee.model.patient": ("Address", "Patient"),
    "caducee.model.practice": ("Actor", "ActorKind", "Organisation", "Practitioner"),
    "caducee.patients": ("serve_patients",),
    "caducee.pdfa": ("FormNotDrawn", "How", "PdfaFile", "check_pdfa", "to_pdfa"),
    "caducee.services": ("ServiceKey",),
    "caducee.sharing.basis": ("CareTeam", "ExplicitConsent"),
    "caducee.sharing.opposition": ("Opposition", "Scope"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Actor",
    "ActorKind",
    "Address",
    "Announce",
    "Audience",
    "BlockingKernel",
    "CaduceeError",
    "CapabilityMissing",
    "CareTeam",
    "Clock",
    "Code",
    "Config",
    "ConfigError",
    "ConsentMissing",
    "CredentialError",
    "DeliveryStatus",
    "Destination",
    "Document",
    "DocumentInvalid",
    "Environment",
    "ExplicitConsent",
    "FormNotDrawn",
    "How",
    "IdempotencyConflict",
    "IdentityError",
    "Ins",
    "InsStatus",
    "Kernel",
    "Opposition",
    "Organisation",
    "Patient",
    "PdfBody",
    "PdfaFile",
    "PinPrompt",
    "PinRequest",
    "PluginError",
    "Practitioner",
    "ReadDocument",
    "RuleFinding",
    "Scope",
    "Secret",
    "SecretProvider",
    "ServiceError",
    "ServiceKey",
    "Sex",
    "StoreError",
    "Ticket",
    "Traits",
    "check_document",
    "check_pdfa",
    "load_config",
    "open_kernel",
    "read_document",
    "serve_patients",
    "to_html",
    "to_pdf",
    "to_pdfa",
]


__getattr__ = loading(globals(), _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
