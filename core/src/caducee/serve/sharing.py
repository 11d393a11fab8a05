"""The verbs of sharing: oppositions, information, obligations, indicators. As ``kernel.sharing``."""

from __future__ import annotations

from datetime import date
from typing import Any

from caducee.blocking import BlockingKernel
from caducee.model.announcement import Announce
from caducee.model.document import Document
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.serve.params import Params
from caducee.sharing.due import Due
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.indicators import Indicator
from caducee.sharing.information import Information
from caducee.sharing.obligations import Proposal
from caducee.sharing.opposition import Opposition
from caducee.sharing.oppositions import NotedOpposition


class Oppose(Params, frozen=True, kw_only=True):
    """``sharing.oppose``: note what a patient is against; what has not left and goes there ends."""

    verb = "sharing.oppose"
    result = NotedOpposition
    local_id: str
    opposition: Opposition
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        return kernel.sharing.oppose(self.local_id, self.opposition, acting=self.acting)


class Lift(Params, frozen=True, kw_only=True):
    """``sharing.lift``: an opposition no longer stands, from ``on`` (today); null when there is no such one."""

    verb = "sharing.lift"
    result = NotedOpposition | None
    opposition_id: str
    acting: Actor
    on: date | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        return kernel.sharing.lift(self.opposition_id, on=self.on, acting=self.acting)


class OppositionsOf(Params, frozen=True, kw_only=True):
    """``sharing.oppositions``: all those of a patient, oldest first, lifted ones too."""

    verb = "sharing.oppositions"
    result = tuple[NotedOpposition, ...]
    local_id: str

    def run(self, kernel: BlockingKernel) -> Any:
        """List them."""
        return kernel.sharing.oppositions(self.local_id)


class TextsFor(Params, frozen=True, kw_only=True):
    """``sharing.texts_for``: what this patient, and who answers for them, are told today."""

    verb = "sharing.texts_for"
    result = tuple[Information, ...]
    patient: Patient

    def run(self, kernel: BlockingKernel) -> Any:
        """Choose by age."""
        return kernel.sharing.texts_for(self.patient)


class MayConnectSecretly(Params, frozen=True, kw_only=True):
    """``sharing.may_connect_secretly``: whether a secret connection is offered for this patient."""

    verb = "sharing.may_connect_secretly"
    result = bool
    patient: Patient

    def run(self, kernel: BlockingKernel) -> Any:
        """Say it."""
        return kernel.sharing.may_connect_secretly(self.patient)


class ProposeAudience(Params, frozen=True, kw_only=True):
    """``sharing.propose_audience``: each route a document must take today, with the row that asks it."""

    verb = "sharing.propose_audience"
    result = tuple[Proposal, ...]
    document: Document
    patient: Patient | None = None
    announce: Announce | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Read the table; nothing is sent."""
        return kernel.sharing.propose_audience(self.document, self.patient, announce=self.announce)


class Note(Params, frozen=True, kw_only=True):
    """``sharing.note``: a fact that indicators count."""

    verb = "sharing.note"
    kind: FactKind
    code: str = ""
    local_id: str = ""
    author: str = ""

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        kernel.sharing.note(self.kind, code=self.code, local_id=self.local_id, author=self.author)


class DueNow(Params, frozen=True, kw_only=True):
    """``sharing.due``: documents made and not sent, summaries due; on ``as_of`` (today)."""

    verb = "sharing.due"
    result = tuple[Due, ...]
    as_of: date | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Read the events."""
        return kernel.sharing.due(as_of=self.as_of)


class Indicators(Params, frozen=True, kw_only=True):
    """``sharing.indicators``: each figure of the year up to ``as_of`` (today), with the numbers of its events."""

    verb = "sharing.indicators"
    result = tuple[Indicator, ...]
    as_of: date | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Read the events."""
        return kernel.sharing.indicators(as_of=self.as_of)


class IndicatorsPage(Params, frozen=True, kw_only=True):
    """``sharing.indicators_page``: the same as one HTML page, with the events behind each figure."""

    verb = "sharing.indicators_page"
    result = str
    as_of: date | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Read the events."""
        return kernel.sharing.indicators_page(as_of=self.as_of)


VERBS: tuple[type[Params], ...] = (
    Oppose,
    Lift,
    OppositionsOf,
    TextsFor,
    MayConnectSecretly,
    ProposeAudience,
    Note,
    DueNow,
    Indicators,
    IndicatorsPage,
)
