"""Reminders to payers and notes to patients, as PDF."""

from __future__ import annotations

from datetime import date

from caducee.model.environment import Environment
from caducee.model.patient import Patient
from caducee.model.practice import Practitioner
from caducee.paper.contract import Paper
from caducee.paper.letter import Letter
from caducee_paymed_tp.errors import PatientNotAskable
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.ledger.book import Claim
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.model.unpaid import Action, UnpaidCase
from caducee_paymed_tp.unpaid.acting import patient_may_be_asked

_CLOSING = "Je vous prie d'agréer l'expression de mes salutations distinguées."
_PARTS = {Part.AMO: "part obligatoire", Part.AMC: "part complémentaire", Part.PATIENT: "part du patient"}


def letter_for(
    case: UnpaidCase,
    *,
    action: Action,
    invoice: Invoice,
    claim: Claim,
    author: Practitioner,
    patient: Patient,
    recipient: tuple[str, ...],
    written: date,
) -> Letter:
    """Return the letter that goes with an action. The host gives the patient, whom the ledger does not name.

    Raises:
        PatientNotAskable: it would ask the patient for what they do not owe.
    """
    if action is Action.ASK_PATIENT:
        if not patient_may_be_asked(claim):
            raise PatientNotAskable
        subject, paragraphs = "Somme restant due", _to_patient(invoice, claim)
    else:
        again = action is Action.SECOND_REMINDER
        subject = "Seconde relance : facture impayée" if again else "Relance : facture impayée"
        paragraphs = _to_payer(case, invoice, claim, again=again)
    return Letter(
        author=author,
        patient=patient,
        written=written,
        subject=subject,
        paragraphs=paragraphs,
        recipient=recipient,
        closing=_CLOSING,
    )


def print_letter(letter: Letter, *, paper: Paper, environment: Environment) -> bytes:
    """Return the letter as PDF/A-1b; outside production every page is marked SPÉCIMEN.

    Raises:
        PaperInvalid, CapabilityMissing: as ``caducee.paper``.
    """
    return paper.print_letter(letter, environment=environment).pdf


def _to_payer(case: UnpaidCase, invoice: Invoice, claim: Claim, *, again: bool) -> tuple[str, ...]:
    sent = f", transmise le {claim.sent:%d/%m/%Y}" if claim.sent else ""
    opening = (
        f"Sauf erreur, la facture n° {invoice.number} du {invoice.care_date:%d/%m/%Y}{sent}, "
        f"n'est pas réglée : {euros(claim.owed)} restent dus pour la {_PARTS[claim.part]}."
    )
    history = f"Ce dossier est suivi depuis le {case.opened:%d/%m/%Y}."
    if again:
        history += " Une première relance vous a déjà été adressée."
    asked = "Je vous remercie de procéder au règlement, ou de m'indiquer le motif de votre refus."
    return opening, history, asked


def _to_patient(invoice: Invoice, claim: Claim) -> tuple[str, ...]:
    return (
        f"Pour les soins du {invoice.care_date:%d/%m/%Y}, {euros(claim.owed)} n'ont pas été pris en charge "
        f"et restent à votre charge.",
        "Vous pouvez régler au cabinet, ou par le lien de paiement que le secrétariat vous enverra.",
        "Si vous pensez que cette somme doit être remboursée, le secrétariat est à votre disposition.",
    )
