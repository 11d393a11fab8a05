"""``[plugins.dmp]``."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from caducee.model.codes import Code
from caducee.model.environment import Environment
from caducee.wire.vihf import Software, VihfOptions
from caducee_dmp.modes import Mode


class DsgConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The signature of the submission set. No public text shows the DMP taking SHA-256."""

    digest: Literal["sha1", "sha256"] = "sha1"


class ContentType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What kind of activity a submission set comes from (JDV_J59)."""

    code: str = "07"
    system: str = "1.2.250.1.213.2.2"
    display: str = "Consultation"

    def as_code(self) -> Code:
        """Return it as a coded value."""
        return Code(self.code, self.system, self.display)


LOGIN_CLASSES = {
    name: f"urn:oasis:names:tc:SAML:2.0:ac:classes:{said}"
    for name, said in (
        ("password", "Password"),
        ("smartcard", "SmartcardPKI"),
        ("tls", "TLSClient"),
        ("mobile", "MobileTwoFactorUnregistered"),
        ("unspecified", "unspecified"),
    )
}


class IndirectConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.dmp.indirect]``: the DMP without a card.

    ``authentication`` and ``seal`` name the credentials of the organisation's certificates (ORG AUTH_CLI, ORG SIGN).
    ``login`` says truthfully how users log in to the software: it is what the assertion tells the DMP.
    """

    authentication: str
    seal: str
    login: Literal["password", "smartcard", "tls", "mobile", "unspecified"]


class ReinforcedConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.dmp.reinforced]``: the DMP without a card, after a strong login (AIR): it reads and never feeds.

    ``declaration`` is what the assertion says of the local method; which values the DMP checks is not public.
    """

    authentication: str
    seal: str
    login: Literal["smartcard", "tls", "mobile"]
    declaration: str = "APP_BROWSER_AUTH"


class WebConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.dmp.web]``: the DMP's own web site. ``field`` carries the assertion in AIR (assumed)."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")]
    field: str = "SAMLResponse"


SealedConfig = IndirectConfig | ReinforcedConfig


class DmpConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the DMP is, who the software is, and what public texts leave open.

    ``url`` ends where the names of the services begin. ``emit_hash`` writes hash and size in the metadata. ``wsa_to``
    is what the ``wsa:To`` header says: the address called, or nothing (both are seen). ``processing_code`` is ``D``
    outside production and ``P`` there unless given (assumed). ``receiver`` is the OID of the DMP as an HL7 v3 device,
    ``repository`` the one it keeps documents under when an entry does not name its own. ``feed`` says by which mode
    documents leave: ``direct`` (the author's card), ``indirect`` (the organisation's seal), ``direct_else_indirect``
    (the card when it can be used at that moment, else the seal at once). The last two need ``[plugins.dmp.indirect]``.
    ``consult`` says by which mode records are opened: the card, or the seal when it alone feeds. ``batch`` is
    how many objects one query names; ``folders`` lets sets open folders, which no public text shows the DMP taking.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")]
    lps: Software
    vihf: VihfOptions = msgspec.field(default_factory=VihfOptions)
    dsg: DsgConfig = msgspec.field(default_factory=DsgConfig)
    content_type: ContentType = msgspec.field(default_factory=ContentType)
    feed: Literal["direct", "indirect", "direct_else_indirect"] = "direct"
    consult: Literal["direct", "indirect", "reinforced"] | None = None
    indirect: IndirectConfig | None = None
    reinforced: ReinforcedConfig | None = None
    web: WebConfig | None = None
    folders: bool = False
    batch: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    emit_hash: bool = True
    wsa_to: Literal["url", "empty"] = "url"
    processing_code: Literal["D", "P"] | None = None
    receiver: str = "1.2.250.1.213.4.1.1.1"
    repository: str = "1.2.250.1.213.4.1.1.1.2"
    connect_timeout: float = 10.0
    answer_timeout: float = 60.0

    def __post_init__(self) -> None:
        if self.feed != "direct" and self.indirect is None:
            raise ValueError(f"feed = « {self.feed} » demande la table [plugins.dmp.indirect].")
        if self.consult == "indirect" and self.indirect is None:
            raise ValueError("consult = « indirect » demande la table [plugins.dmp.indirect].")
        if self.consult == "reinforced" and self.reinforced is None:
            raise ValueError("consult = « reinforced » demande la table [plugins.dmp.reinforced].")

    def consulting(self) -> Mode:
        """Return the mode in which records are opened."""
        chosen = self.consult or ("indirect" if self.feed == "indirect" else "direct")
        return {"direct": Mode.DIRECT, "indirect": Mode.INDIRECT, "reinforced": Mode.REINFORCED}[chosen]

    def processing(self, environment: Environment) -> str:
        """Return the processing code of the HL7 v3 messages."""
        return self.processing_code or ("P" if environment is Environment.PRODUCTION else "D")
