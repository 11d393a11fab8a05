"""Submission of a message to an operator (RFC 5321, 4954, 1870, 3461), without loss and without doubles."""

from caducee_mss.smtp.envelope import Report, Submission
from caducee_mss.smtp.outcome import Recipient, RecipientState, SubmissionAnswer
from caducee_mss.smtp.submit import submit

__all__ = ["Recipient", "RecipientState", "Report", "Submission", "SubmissionAnswer", "submit"]
