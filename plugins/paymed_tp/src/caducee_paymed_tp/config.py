"""``[plugins.paymed_tp]``."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from caducee.config.secrets import Secret
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.opening import ReadOptions
from caducee_paymed_tp.payers.register import Payer
from caducee_paymed_tp.unpaid.delays import Delays

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


ADVANCE_DAYS = {"none": 0, "D+1": 1, "D+6": 6}


class ReconciliationConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``window`` in working days, ``tolerance`` in cents. Nothing below ``confirm_at`` is confirmed by itself."""

    window: Annotated[int, msgspec.Meta(ge=0, le=30)] = 5
    tolerance: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    confirm_at: Annotated[float, msgspec.Meta(ge=0.95, le=1.0)] = 0.95


class ConcentratorConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``profile``: ``none`` sends nothing, ``simulated`` and ``paymed`` speak to the sandbox; others are the host's.

    ``advance`` is what the practice has agreed with its concentrator: paid before the payer, after one or six days.
    """

    profile: Name = "none"
    url: str = ""
    credential: str = ""
    advance: Literal["none", "D+1", "D+6"] = "none"
    answer_timeout: Annotated[float, msgspec.Meta(gt=0)] = 60.0


class LinkConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payment links: the page of the practice that opens them, the keys of tokens and of the provider's messages.

    ``provider``: ``none`` makes no link, ``simulated`` speaks to the sandbox at ``url``; others are the host's.
    """

    address: Name
    token_key: Secret
    webhook_key: Secret
    provider: Name = "none"
    url: str = ""
    credential: str = ""
    hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)] = 24 * 14


class CardConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Datamatrix of complementary insurance cards: ``none``, ``SIM-AMC/1``, or a reader of the host's.

    With ``key`` only simulated cards that are sealed with it are read.
    """

    profile: Name = "SIM-AMC/1"
    key: Secret | None = None


class TpConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payers, delays, reconciliation, the concentrator and payment links of a practice.

    ``files`` is what readers must be told (a bank that turns its reversals), ``csv`` the columns of banks that give
    CSV. ``amc`` is the profile of IDB, CLC and the AMC directory: ``none``, ``simulated`` or the host's; no real one
    is public. ``lot_size`` is how many invoices a lot holds at most (B2 counts them with three digits).
    """

    payers: dict[Name, Payer] = {}
    delays: Delays = Delays()
    reconciliation: ReconciliationConfig = ReconciliationConfig()
    concentrator: ConcentratorConfig = ConcentratorConfig()
    link: LinkConfig | None = None
    amc: Name = "none"
    card: CardConfig = CardConfig()
    files: ReadOptions = ReadOptions()
    csv: dict[Name, CsvMapping] = {}
    lot_size: Annotated[int, msgspec.Meta(ge=1, le=999)] = 200

    def check(self) -> None:
        """Hold keys against each other.

        Raises:
            ValueError: in French, which do not go together.
        """
        if self.concentrator.profile == "none" and self.concentrator.advance != "none":
            raise ValueError("concentrator.advance suppose un concentrateur : indiquez concentrator.profile.")
        if self.concentrator.profile in ("simulated", "paymed") and not self.concentrator.url:
            raise ValueError("concentrator.url manque : l'adresse du concentrateur simulé.")
        if self.link is not None and self.link.provider == "simulated" and not self.link.url:
            raise ValueError("link.url manque : l'adresse du prestataire de paiement simulé.")
