"""Third-party payment, put together from its pieces."""

from __future__ import annotations

from datetime import date

from caducee.contracts.plugin import PluginContext
from caducee.model.environment import Environment
from caducee_paymed_tp.config import ADVANCE_DAYS
from caducee_paymed_tp.dashboard.figures import Dashboard, dashboard
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.importing.arrivals import Arrivals
from caducee_paymed_tp.payment_link.linking import Links
from caducee_paymed_tp.payment_link.provider import Provider
from caducee_paymed_tp.reconciliation.confirming import Reconciliation
from caducee_paymed_tp.sending.dispatch import Dispatch
from caducee_paymed_tp.sending.port import TpConcentrator
from caducee_paymed_tp.taking import Invoices
from caducee_paymed_tp.unpaid.following import Following


class TpService:
    """The ``ThirdPartyPayment`` of one installation: each verb is its piece's own."""

    def __init__(
        self, context: PluginContext, *, concentrator: TpConcentrator, provider: Provider | None = None
    ) -> None:
        self.desk = Desk(context)
        invoices = Invoices(self.desk)
        self.take, self.draft, self.validate, self.void = (
            invoices.take,
            invoices.draft,
            invoices.validate,
            invoices.void,
        )
        self.standing, self.history = invoices.standing, invoices.history
        dispatch = Dispatch(self.desk)
        self.send, self.resend = dispatch.send, dispatch.resend
        arrivals = Arrivals(self.desk, concentrator)
        self.import_file, self.collect, self.quarantined = (
            arrivals.import_file,
            arrivals.collect,
            arrivals.quarantined,
        )
        self.unplaced = arrivals.unplaced
        matching = Reconciliation(self.desk)
        self.proposals, self.reconcile = matching.proposals, matching.reconcile
        self.confirm, self.undo = matching.confirm, matching.undo
        self.open_money, self.detail = matching.open_money, matching.detail
        following = Following(self.desk)
        self.unpaid, self.acted, self.letter = following.unpaid, following.acted, following.letter
        self.dispute, self.accept_loss = following.dispute, following.accept_loss
        self.abandon, self.turn_to_patient = following.abandon, following.turn_to_patient
        self.paid_at_desk = following.paid_at_desk
        links = Links(self.desk, provider)
        self.open_link, self.follow_link, self.cancel_link = links.open_link, links.follow_link, links.cancel_link
        self.refund, self.webhook = links.refund, links.webhook
        self.book_cost = links.book_cost

    async def summary(self, month: date) -> Dashboard:
        """Return the figures of a month."""
        specimen = self.desk.context.environment is not Environment.PRODUCTION
        book = await self.desk.ledger.book()
        return dashboard(
            book,
            month=month,
            today=self.desk.today,
            payers=self.desk.payers,
            specimen=specimen,
            advance=ADVANCE_DAYS[self.desk.config.concentrator.advance],
        )
