"""The figures of the dashboard: all of them sums over the book. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.payers.register import Payers
from caducee_paymed_tp.returns.families import advice_of, family_of

MONTHS_BEFORE = 5
ADVANCE_GRACE = 5
"""Days that a bank may take."""
_NOT_BILLED = frozenset({State.DRAFT, State.VOID, State.CORRECTED})
_TO_CORRECT = frozenset({State.REJECTED, State.NACKED, State.REVERSED})
_NOT_OWED = frozenset({State.REJECTED, State.CORRECTED, State.ABANDONED})
_LATE = frozenset({State.LATE, State.UNPAID_CASE, State.MISSING_MONEY, State.STALE})


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """What was billed and where it is, in cents: ``billed`` is the sum of the five others.

    ``paid`` reached the practice, or was advanced; ``given_up`` will not.
    """

    billed: int = 0
    paid: int = 0
    waiting: int = 0
    rejected: int = 0
    late: int = 0
    given_up: int = 0

    def plus(self, other: Money) -> Money:
        """Return the sum."""
        return Money(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class PayerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One payer: its money, how many days it takes to pay (``None``: not known yet), its rejects."""

    key: str
    name: str
    part: Part
    money: Money
    delay: float | None
    rejects: int
    claims: int


class ReasonLine(msgspec.Struct, frozen=True, kw_only=True):
    """Why parts are refused: one family, in French."""

    family: str
    title: str
    correction: str
    who: str
    count: int
    amount: int


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A wire that was announced and has not come."""

    payer: str
    announced: date
    amount: int


class MonthLine(msgspec.Struct, frozen=True, kw_only=True):
    """One month of care."""

    month: str
    money: Money
    reject_rate: float
    delay: float | None


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, in French, and what it is worth in cents."""

    sentence: str
    amount: int


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """The bank beside the ledger, since the beginning, in cents.

    ``matched`` + ``unknown`` + ``elsewhere`` + ``other`` = ``received``. ``unknown`` came from a payer of the register
    and no announced wire explains it. ``elsewhere`` are credits of nobody in the register (cards, cash, patients),
    ``other`` debits: neither is advised on, they are no business of third-party payment.
    ``to_give_back`` is what the concentrator advanced for parts that were refused after all, ``overpaid`` what came
    beyond what was asked.
    """

    received: int
    matched: int
    unknown: int
    unknown_count: int
    elsewhere: int
    elsewhere_count: int
    other: int
    to_give_back: int
    overpaid: int


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows. ``specimen``: nothing of it is real."""

    month: str
    today: date
    specimen: bool
    money: Money
    invoices: int
    delay: float | None
    reject_rate: float
    payers: tuple[PayerLine, ...]
    reasons: tuple[ReasonLine, ...]
    missing: tuple[Missing, ...]
    months: tuple[MonthLine, ...]
    costs: int
    bank: Bank
    advice: tuple[Advice, ...]


def dashboard(book: Book, *, month: date, today: date, payers: Payers, specimen: bool, advance: int = 0) -> Dashboard:
    """Return the figures of the month of care of ``month``, and of the five before.

    ``advance``: after how many days the concentrator has agreed to pay first, 0 for never.
    """
    by_month = _by_month(book)
    wanted = _months(month)
    claims = by_month.get(wanted[-1], [])
    reasons = _reasons(claims, today)
    missing = _missing(book, payers)
    lines = tuple(
        sorted(
            (_payer(key, part, found, payers) for (key, part), found in _by_payer(claims).items()),
            key=lambda line: (-line.money.billed, line.name),
        )
    )
    bank = _bank(book, payers)
    return Dashboard(
        month=wanted[-1],
        today=today,
        specimen=specimen,
        money=_money(claims),
        invoices=len({claim.invoice for claim in claims}),
        delay=_delay(claims),
        reject_rate=_reject_rate(claims),
        payers=lines,
        reasons=reasons,
        missing=missing,
        months=tuple(_month(name, by_month.get(name, [])) for name in wanted),
        costs=sum(cost.amount for cost in book.costs if f"{cost.on:%Y-%m}" == wanted[-1]),
        bank=bank,
        advice=_unplaced(book) + _advice(claims, reasons, missing, bank, awaited=_awaited(claims, today, advance)),
    )


def money_of(claim: Claim) -> Money:
    """Return where the money of one claim is. What was refused keeps what had come before."""
    if claim.state in _NOT_BILLED:
        return Money()
    come = min(max(0, claim.money), claim.asked)
    rest = claim.asked - come
    given_up = min(claim.given_up, rest)
    rest -= given_up
    where = "rejected" if claim.state in _TO_CORRECT else "late" if claim.state in _LATE else "waiting"
    return Money(billed=claim.asked, paid=come, given_up=given_up, **{where: rest})


def _money(claims: Iterable[Claim]) -> Money:
    total = Money()
    for claim in claims:
        total = total.plus(money_of(claim))
    return total


def _by_month(book: Book) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in book.claims.values():
        if claim.state not in _NOT_BILLED:
            found[f"{book.invoices[claim.invoice].care_date:%Y-%m}"].append(claim)
    return found


def _by_payer(claims: Iterable[Claim]) -> dict[tuple[str, Part], list[Claim]]:
    found: dict[tuple[str, Part], list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.payer, claim.part].append(claim)
    return found


def _months(month: date) -> list[str]:
    names, day = [], month.replace(day=1)
    for _ in range(MONTHS_BEFORE + 1):
        names.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return names[::-1]


def _delay(claims: Iterable[Claim]) -> float | None:
    """The mean number of days from sending to the bank's own day of the money, over what is settled."""
    days = [
        (claim.paid_on - claim.sent).days
        for claim in claims
        if claim.state is State.SETTLED and claim.paid_on is not None and claim.sent is not None
    ]
    return round(sum(days) / len(days), 1) if days else None


def _reject_rate(claims: Sequence[Claim]) -> float:
    asked = [claim for claim in claims if claim.part is not Part.PATIENT]
    refused = sum(1 for claim in asked if claim.state in _TO_CORRECT)
    return round(refused / len(asked), 4) if asked else 0.0


def _payer(key: str, part: Part, claims: Sequence[Claim], payers: Payers) -> PayerLine:
    return PayerLine(
        key=key,
        name="Patients" if part is Part.PATIENT else payers.named(key),
        part=part,
        money=_money(claims),
        delay=_delay(claims),
        rejects=sum(1 for claim in claims if claim.state in _TO_CORRECT),
        claims=len(claims),
    )


def _reasons(claims: Iterable[Claim], today: date) -> tuple[ReasonLine, ...]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.state is State.REJECTED:
            found[family_of(claim.reasons, part=claim.part, on=today)].append(claim)
    lines = []
    for family, refused in found.items():
        advice = advice_of(family)  # type: ignore[arg-type]
        lines.append(
            ReasonLine(
                family=family,
                title=advice.title,
                correction=advice.correction,
                who=advice.who,
                count=len(refused),
                amount=sum(money_of(claim).rejected for claim in refused),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.amount, line.family)))


def _missing(book: Book, payers: Payers) -> tuple[Missing, ...]:
    found = [book.notices[name] for name in book.missing if name not in book.matched_notice]
    lines = [Missing(payer=payers.named(one.payer), announced=one.on, amount=one.total) for one in found]
    return tuple(sorted(lines, key=lambda line: (line.announced, line.payer, line.amount)))


def _month(name: str, claims: Sequence[Claim]) -> MonthLine:
    return MonthLine(month=name, money=_money(claims), reject_rate=_reject_rate(claims), delay=_delay(claims))


def _bank(book: Book, payers: Payers) -> Bank:
    received = sum(booked.entry.amount for booked in book.entries.values())
    opened = [booked.entry for booked in book.open_entries().values()]
    unknown = [entry.amount for entry in opened if entry.amount > 0 and payers.of(entry)]
    elsewhere = [entry.amount for entry in opened if entry.amount > 0 and not payers.of(entry)]
    back = sum(claim.advanced for claim in book.claims.values() if claim.state in _NOT_OWED)
    return Bank(
        received=received,
        matched=received - sum(entry.amount for entry in opened),
        unknown=sum(unknown),
        unknown_count=len(unknown),
        elsewhere=sum(elsewhere),
        elsewhere_count=len(elsewhere),
        other=sum(entry.amount for entry in opened if entry.amount < 0),
        to_give_back=back,
        overpaid=sum(max(0, claim.money - claim.asked) for claim in book.claims.values()),
    )


def _unplaced(book: Book) -> tuple[Advice, ...]:
    count, several = len(book.unplaced), "s" * (len(book.unplaced) > 1)
    if not count:
        return ()
    look = "regardez-les une par une" if count > 1 else "regardez-la"
    sentence = f"{count} réponse{several} de payeur sans facture connue ici : {look}."
    return (Advice(sentence=sentence, amount=sum(one.amount for one in book.unplaced)),)


def _awaited(claims: Iterable[Claim], today: date, advance: int) -> list[Claim]:
    """The parts that the concentrator should have paid first by now: its days and as many again for the bank."""
    if not advance:
        return []
    return [
        claim
        for claim in claims
        if claim.part is Part.AMO
        and claim.state in (State.SENT, State.ACKED)
        and not claim.advanced
        and claim.sent is not None
        and (today - claim.sent).days > advance + ADVANCE_GRACE
    ]


def _advice(
    claims: Sequence[Claim],
    reasons: Sequence[ReasonLine],
    missing: Sequence[Missing],
    bank: Bank,
    *,
    awaited: Sequence[Claim],
) -> tuple[Advice, ...]:
    found = []
    if reasons:
        count = sum(line.count for line in reasons)
        sentence = f"Corrigez et renvoyez {count} part{'s' * (count > 1)} rejetée{'s' * (count > 1)}."
        found.append(Advice(sentence=sentence, amount=sum(line.amount for line in reasons)))
    if missing:
        several = "s" * (len(missing) > 1)
        sentence = f"{len(missing)} virement{several} annoncé{several} et pas reçu{several} : interrogez le payeur."
        found.append(Advice(sentence=sentence, amount=sum(line.amount for line in missing)))
    late = [claim for claim in claims if claim.state in (State.LATE, State.UNPAID_CASE)]
    if late:
        several = "s" * (len(late) > 1)
        sentence = f"{len(late)} part{several} sans réponse du payeur : envoyez une relance."
        found.append(Advice(sentence=sentence, amount=sum(money_of(claim).late for claim in late)))
    unheard = [claim for claim in claims if claim.state in (State.STALE, State.NACKED)]
    if unheard:
        several = "s" * (len(unheard) > 1)
        sentence = f"{len(unheard)} part{several} dans un lot sans accusé ou refusé : renvoyez le lot."
        found.append(Advice(sentence=sentence, amount=sum(claim.owed for claim in unheard)))
    if awaited:
        sentence = "Avances prévues par le contrat du concentrateur et pas reçues : interrogez-le."
        found.append(Advice(sentence=sentence, amount=sum(claim.owed for claim in awaited)))
    if bank.unknown_count:
        several = "s" * (bank.unknown_count > 1)
        sentence = f"{bank.unknown_count} virement{several} de payeur que rien n'annonce : voyez à la main."
        found.append(Advice(sentence=sentence, amount=bank.unknown))
    if bank.to_give_back:
        sentence = "Avances à rendre au concentrateur pour des factures rejetées."
        found.append(Advice(sentence=sentence, amount=bank.to_give_back))
    if bank.overpaid:
        found.append(Advice(sentence="Sommes reçues en trop : vérifiez avec le payeur.", amount=bank.overpaid))
    return tuple(sorted(found, key=lambda one: -one.amount))
