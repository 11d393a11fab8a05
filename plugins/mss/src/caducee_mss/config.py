"""``[plugins.mss]``."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,63}$")]
Address = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class SoftwareConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The software that sends, as the README of its archives names it."""

    name: Text
    version: Text
    vendor: Text


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One server of an operator. Its certificate must bear ``host``."""

    host: Text
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    security: Literal["starttls", "implicit"] = "starttls"


class BoxConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.mss.boxes.NAME]``: one mailbox.

    ``practitioner`` is whose Pro Santé Connect session opens it: the holder of a ``personal`` box, an entitled
    professional for an ``organisation`` one. ``authors`` lists who else sends from it. An ``application`` box is opened
    by the certificate of ``credential``, with ``sasl`` ``external`` or ``none`` as its operator wants (no public text
    says). Servers that are not given are looked for in DNS (SRV). ``label`` replaces what is made from the
    practitioner and their structure. ``poll`` is in seconds, used where the server does not tell by itself.
    """

    address: Address
    kind: Literal["personal", "organisation", "application"] = "personal"
    practitioner: str = ""
    authors: tuple[str, ...] = ()
    label: str = ""
    reply_to: Address | None = None
    submission: ServerConfig | None = None
    imap: ServerConfig | None = None
    credential: str = ""
    sasl: Literal["xoauth2", "oauthbearer", "external", "none"] = "xoauth2"
    initial_response: bool = True
    receive: bool = True
    folders: tuple[Text, ...] = ("INBOX",)
    poll: Annotated[float, msgspec.Meta(gt=0)] = 60.0

    def __post_init__(self) -> None:
        certificate = self.sasl in ("external", "none")
        if certificate != (self.kind == "application"):
            raise ValueError("sasl = « external » ou « none » : pour une boîte applicative, et pour elle seule.")
        if certificate and not self.credential:
            raise ValueError("Une boîte applicative demande credential : le certificat qui l'ouvre.")
        if not certificate and not self.practitioner:
            raise ValueError("Cette boîte demande practitioner : le professionnel dont la connexion l'ouvre.")


class MssConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the operators, the product and its boxes are.

    ``nil`` is the product's reference, on every mail. ``trust`` names the ``[credentials.*]`` table (``kind =
    "trust"``) of the authorities that servers must chain to: those of IGC-Santé and no other. ``revocation`` may
    be ``off`` only in the sandbox; ``revocation_lists`` replaces the addresses that certificates name.
    ``correction_mark`` says where « [Annule et remplace] » stands in the subject (no public text says).
    ``patient_limit`` is the largest mail to a patient, in bytes. ``claim_minutes`` is how long a received mail stays in
    somebody's hands. ``keep_letters`` keeps the mails of a record whole, so that ``export_record`` gives them;
    ``False`` when the practice's software keeps them: what happened to each is given all the same.
    """

    nil: Text
    software: SoftwareConfig
    trust: str
    boxes: dict[Name, BoxConfig]
    source_id: Text
    revocation: Literal["required", "off"] = "required"
    revocation_lists: tuple[Text, ...] = ()
    patient_domain: Text = "patient.mssante.fr"
    patient_limit: Annotated[int, msgspec.Meta(gt=0)] = 25_000_000
    correction_mark: Literal["start", "end", "none"] = "start"
    connect_timeout: float = 20.0
    answer_timeout: float = 90.0
    keep_letters: bool = True
    claim_minutes: Annotated[float, msgspec.Meta(gt=0)] = 30.0
