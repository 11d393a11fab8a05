"""What became of a submission, recipient by recipient."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee_mss.errors import MssRecipientRefused, without_addresses
from caducee_mss.smtp.replies import Reply


class RecipientState(StrEnum):
    """Accepted by the operator, refused for good, or to be tried again, alone and under the same Message-ID."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRY = "retry"


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient: the server's code, its enhanced code, and its words without addresses."""

    address: str
    state: RecipientState
    reply: int
    enhanced: str = ""
    text: str = ""

    def __repr__(self) -> str:
        return f"Recipient(state={self.state.value!r}, reply={self.reply}, enhanced={self.enhanced!r})"

    @classmethod
    def after(cls, address: str, reply: Reply) -> Recipient:
        """Read the server's answer about a recipient."""
        if reply.positive:
            state = RecipientState.ACCEPTED
        else:
            state = RecipientState.RETRY if reply.transient else RecipientState.REFUSED
        text = without_addresses(reply.text)
        return cls(address=address, state=state, reply=reply.code, enhanced=reply.enhanced, text=text)

    def refusal(self) -> MssRecipientRefused:
        """Return the error of a recipient refused for good."""
        return MssRecipientRefused(self.reply, self.enhanced, text=self.text)


class SubmissionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's answer. ``reported`` says whether it took the demand of a delivery report.

    ``receipt`` is what it said when it took the message, empty when it took it for nobody.
    """

    recipients: tuple[Recipient, ...]
    receipt: str = ""
    reported: bool = False

    def __repr__(self) -> str:
        return f"SubmissionAnswer({self.recipients!r})"

    def of(self, state: RecipientState) -> tuple[Recipient, ...]:
        """Return the recipients in one state."""
        return tuple(r for r in self.recipients if r.state is state)
