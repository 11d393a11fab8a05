"""What each part would be asked for: an estimate from dated tables, never a bill. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from caducee.errors import Finding
from caducee_paymed_tp.errors import TpInvalid
from caducee_paymed_tp.estimate.exonerations import Exoneration, Fact, exoneration
from caducee_paymed_tp.estimate.later import Taken, taken_later
from caducee_paymed_tp.estimate.tables import Tables, sample

ESTIMATE = "ESTIMATION — le logiciel de facturation agréé décide."


class RequestedAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act.

    ``fee`` is what is asked, the table's price when absent; ``base`` the opposable price of an act that the tables do
    not hold. ``series``: its rights are looked at on the day of the prescription.
    """

    code: str
    fee: int | None = None
    base: int | None = None
    series: bool = False


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be estimated. ``prescribed`` is the day of the prescription; ``earlier`` what was true then.

    ``complementary`` says that an insurer pays the ticket modérateur (C2S always does); ``responsible`` that its
    contract does not pay the penalty outside the care path. ``taken`` is what was withheld from the patient before:
    it counts against the ceilings.
    """

    on: date
    acts: tuple[RequestedAct, ...]
    kind: Literal["doctor", "auxiliary", "biology"] = "doctor"
    facts: tuple[Fact, ...] = ()
    prescribed: date | None = None
    earlier: tuple[Fact, ...] = ()
    outside_path: bool = False
    complementary: bool = False
    responsible: bool = True
    taken: Taken = Taken()


class EstimatedAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act, in cents. ``rule`` is the exoneration that won, ``why`` says it in French."""

    code: str
    fee: int
    base: int
    rate: int
    amo: int
    amc: int
    patient: int
    exoneration: str
    rule: str
    why: str
    source: str
    assumed: bool


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The whole, in cents.

    ``later`` is the flat participation or the franchise that is taken from other refunds, not billed here; ``ceiling``
    says in French which ceiling has lowered it.
    """

    label: str
    warning: str
    on: date
    acts: tuple[EstimatedAct, ...]
    fee: int
    amo: int
    amc: int
    patient: int
    later: int
    ceiling: str = ""


def estimate(request: Request, tables: Tables | None = None) -> Estimate:
    """Estimate an invoice.

    Raises:
        TpInvalid: an act that no table prices on that day and that names no base; an amount that cannot be.
    """
    known = tables or sample()
    findings = [finding for at, act in enumerate(request.acts) for finding in _findings(known, request, act, at)]
    if not request.acts:
        findings.append(_finding("acts", "tp.no_act", "Indiquez au moins un acte."))
    if findings:
        raise TpInvalid(tuple(findings))
    acts = tuple(_act(known, request, act) for act in request.acts)
    later, ceiling = taken_later(
        known, on=request.on, kind=request.kind, acts=len(acts), facts=request.facts, taken=request.taken
    )
    return Estimate(
        label=ESTIMATE,
        warning=known.warning,
        on=request.on,
        acts=acts,
        fee=sum(act.fee for act in acts),
        amo=sum(act.amo for act in acts),
        amc=sum(act.amc for act in acts),
        patient=sum(act.patient for act in acts),
        later=later,
        ceiling=ceiling,
    )


def _act(tables: Tables, request: Request, act: RequestedAct) -> EstimatedAct:
    row = tables.act(act.code, request.on)
    base = act.base if act.base is not None else row.amount if row else 0
    fee = base if act.fee is None else act.fee
    won = _best(tables, request, act, base)
    amo = min(fee, _percent(base, won.rate))
    flat = tables.amount("flat_ticket", request.on) if won.rule == "threshold" else 0
    amo = max(0, amo - flat)
    if won.rule == "ame":
        amc, patient = min(base, fee), fee - min(base, fee)
    else:
        amc = min(_complementary(tables, request, base, amo, flat), fee - amo)
        patient = fee - amo - amc
    return EstimatedAct(
        code=act.code,
        fee=fee,
        base=base,
        rate=won.rate,
        amo=amo,
        amc=amc,
        patient=patient,
        exoneration=won.code,
        rule=won.rule,
        why=won.why,
        source=row.source if row and act.base is None else "base donnée par l'appelant",
        assumed=row.assumed if row and act.base is None else True,
    )


def _best(tables: Tables, request: Request, act: RequestedAct, base: int) -> Exoneration:
    """Rights of the day of care; for series and biology those of the prescription, whichever favours the patient."""
    path = "doctor_outside_path" if request.outside_path and request.kind == "doctor" else request.kind
    threshold = tables.amount("threshold", request.on)
    above = bool(threshold) and base >= threshold
    dated = [(request.on, request.facts)]
    if request.prescribed is not None and (act.series or request.kind == "biology"):
        dated.append((request.prescribed, request.earlier))
    chances = [
        exoneration(frozenset(facts), above_threshold=above, base_rate=tables.rate(path, day)) for day, facts in dated
    ]
    return max(chances, key=lambda chance: (chance.rule == "ame", chance.rate, chance.rule != "threshold"))


def _complementary(tables: Tables, request: Request, base: int, amo: int, flat: int) -> int:
    if not request.complementary and Fact.C2S not in request.facts:
        return 0
    if request.outside_path and request.responsible and request.kind == "doctor":
        return max(0, base - max(amo, _percent(base, tables.rate("doctor", request.on))))
    return flat if flat else max(0, base - amo)


def _percent(base: int, rate: int) -> int:
    """Half a cent goes up."""
    return (base * rate * 2 + 100) // 200


def _findings(tables: Tables, request: Request, act: RequestedAct, at: int) -> list[Finding]:
    found = []
    if act.base is None and tables.act(act.code, request.on) is None:
        found.append(_finding(f"acts[{at}].code", "tp.no_tariff", "Aucun tarif connu à cette date : indiquez la base."))
    for name, amount in (("fee", act.fee), ("base", act.base)):
        if amount is not None and amount < 0:
            found.append(_finding(f"acts[{at}].{name}", "tp.negative", "Un montant ne peut pas être négatif."))
    if tables.rate(request.kind, request.on) < 0:
        found.append(_finding("on", "tp.no_rate", "Aucun taux connu à cette date."))
    return found


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message, source="tables datées du plugin")
