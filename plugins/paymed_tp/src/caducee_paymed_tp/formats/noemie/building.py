"""From the entities of one invoice, or of one movement, to its row."""

from __future__ import annotations

from datetime import date

from caducee_paymed_tp.formats.noemie.entities import REASONS, Entity
from caducee_paymed_tp.formats.noemie.rows import Movement, Reason, ReturnedAct, ReturnedInvoice, ReturnedPart, Wire


def wire_of(entity: Entity, payee: str) -> Wire:
    """Return the wire that a 071 announces, or a 070 where there is no 071."""
    day = entity.values.get("date") or entity.values.get("accounting_date")
    labels = (entity.text("wire_label_1"), entity.text("wire_label_2"))
    return Wire(
        day=day if isinstance(day, date) else None,
        labels=tuple(label for label in labels if label),
        paying_org=entity.text("paying_org"),
        payee=payee,
        offset=entity.offset,
        raw=entity.raw,
    )


def invoice_of(
    records: tuple[Entity, ...], wire: Wire | None, *, lot: Entity | None, include_amc: bool
) -> ReturnedInvoice:
    """Return the invoice that begins with the first of its entities."""
    head = records[0]
    acts = tuple(_act(entity) for entity in records if entity.type == "210")
    lot_date = head.values.get("lot_date") or (lot.values.get("lot_date") if lot else None)
    return ReturnedInvoice(
        number=head.text("invoice_no"),
        complement=head.text("invoice_no_complement"),
        lot_no=head.text("lot_no") or (lot.text("lot_no") if lot else ""),
        lot_date=lot_date if isinstance(lot_date, date) else None,
        kind=head.text("invoice_type"),
        wire=wire,
        parts=_parts(records, acts, include_amc=include_amc),
        acts=acts,
        reasons=tuple(_reason(entity) for entity in records if entity.type in REASONS),
        comments=tuple(entity.text("text") for entity in records if entity.type == "295"),
        offset=head.offset,
        records=records,
    )


def _parts(
    records: tuple[Entity, ...], acts: tuple[ReturnedAct, ...], *, include_amc: bool
) -> tuple[ReturnedPart, ...]:
    given = tuple(_part(entity) for entity in records if entity.type in ("198", "199"))
    if given or not acts:
        return given
    at = records[0].offset
    amo = ReturnedPart(part="AMO", asked=None, paid=sum(act.refunded for act in acts), state="P", offset=at)
    amc = ReturnedPart(part="AMC", asked=None, paid=sum(act.amc_amount for act in acts), state="P", offset=at)
    return (amo, amc) if include_amc else (amo,)


def _part(entity: Entity) -> ReturnedPart:
    return ReturnedPart(
        part="AMO" if entity.type == "198" else "AMC",
        asked=entity.cents("asked"),
        paid=entity.signed("paid"),
        state=entity.text("state"),
        offset=entity.offset,
        amc_id=entity.text("amc_id"),
        member_id=entity.text("member_id"),
    )


def _act(entity: Entity) -> ReturnedAct:
    return ReturnedAct(
        refunded=entity.signed("refunded"),
        amc_amount=entity.cents("amc_amount"),
        expense=entity.cents("expense"),
        zones=entity.values,
    )


def _reason(entity: Entity) -> Reason:
    return Reason(
        code=entity.text("code"),
        label=entity.text("label"),
        part={"O": "AMO", "C": "AMC"}.get(entity.text("part"), ""),
        scope=entity.text("scope"),
        line=entity.text("line"),
    )


def movement_of(records: tuple[Entity, ...], wire: Wire | None) -> Movement:
    """Return a retention or a lump sum with its details."""
    head = records[0]
    return Movement(
        kind="retention" if head.type == "250" else "lump_sum",
        amount=head.signed("amount"),
        remaining=head.cents("remaining"),
        reference=head.text("debt_ref") or head.text("code"),
        reason=head.text("debt_kind"),
        operation=head.text("operation"),
        wire=wire,
        offset=head.offset,
        records=records,
    )
