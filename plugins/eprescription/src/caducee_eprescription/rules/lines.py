"""Rules on the lines: reasons of substitution, quantities, lines twice, flags that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Protocol

from caducee.model import bodies
from caducee.model.bodies import MedicinePrescription, Substitution
from caducee.model.bodies.prescription import Line
from caducee.model.clinical import Duration, Medicine, PosologyMode, Quantity, Unit
from caducee.model.codes import CIP, CIS
from caducee.model.document import Document
from caducee.posology import amount, daily_quantity
from caducee_eprescription.rules.data import folded, substitution
from caducee_eprescription.rules.report import Report

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 30, Unit.YEAR: 365}
_FIGURES = {CIS: 8, CIP: 13}
_BOX = "30009000"
_FLAGS = "CI-SIS, volet eP-MED-DM 2024.01 (mentions d'une ligne)"


class LocalProducts(Protocol):
    """The medicines that the vendor supplied: ``Products`` has them."""

    def has(self, medicine: Medicine) -> bool:
        """Say whether every code of a medicine, of a speciality or of a box, is there."""
        ...

    def in_a_box(self, medicine: Medicine) -> tuple[Decimal, str] | None:
        """Return how many doses, and their noun; ``None`` where it is not certain."""
        ...


def check_lines(report: Report, document: Document, *, written: date, products: LocalProducts | None = None) -> None:
    """Check every line of a prescription of medicines and devices."""
    body = document.body
    if not isinstance(body, bodies.Prescription):
        return
    age = _age(document.patient.traits.birth_date, written)
    for at, line in enumerate(body.medicines):
        field = f"body.medicines[{at}]"
        _substitution(report, field, line, written=written, age=age)
        _known(report, field, line.medicine, products)
        _amount(report, field, line, products)
        _product(report, field, line)
    for field, flagged in _all(body):
        _flags(report, field, flagged)
    _twice(report, body)


def _substitution(report: Report, field: str, line: MedicinePrescription, *, written: date, age: int | None) -> None:
    known = substitution()
    place = f"{field}.substitution"
    if line.substitution is Substitution.FORBIDDEN:
        message = "« Non substituable » porte son motif : MTE, EFG ou CIF."
        report.refuse(place, "rx.substitution.reason", message, known.source)
    elif line.substitution is Substitution.NARROW_MARGIN and not known.is_narrow(line.medicine, written):
        message = "Le motif MTE est réservé aux substances à marge thérapeutique étroite de la liste."
        report.refuse(place, "rx.substitution.mte", message, known.source)
    elif line.substitution is Substitution.CHILD_FORM and (age is None or age >= known.child.under):
        message = f"Le motif EFG est réservé aux enfants de moins de {known.child.under} ans."
        report.refuse(place, "rx.substitution.efg", message, known.source)


def _amount(report: Report, field: str, line: MedicinePrescription, products: LocalProducts | None) -> None:
    """Compare what is delivered with what is taken, where both are counted, or can be, in the same unit."""
    if line.quantity is None and line.duration is None and line.end is None:
        message = "La ligne dit une quantité, une durée ou une date de fin."
        report.warn(f"{field}.quantity", "rx.quantity.missing", message, "règle d'usage")
        return
    tapered = line.posology.mode is PosologyMode.TAPERED  # no day is like the one before
    daily = None if tapered else daily_quantity(line.posology)
    days = _days(line)
    if daily is None or days is None or line.quantity is None:
        return
    delivered = _delivered(line, daily, products)
    if delivered is None:
        return
    needed = daily.value * days
    if delivered < needed:
        said = f"Il faut {amount(type(daily)(needed, daily.unit, daily.label))} pour {days} jours de cette posologie."
        report.warn(f"{field}.quantity", "rx.quantity.short", f"La quantité ne suffit pas. {said}")
    elif delivered >= needed * 2 and line.quantity.value > 1:
        report.warn(f"{field}.quantity", "rx.quantity.long", "La quantité dépasse le double de la posologie prescrite.")


def _delivered(line: MedicinePrescription, daily: Quantity, products: LocalProducts | None) -> Decimal | None:
    """Return what is delivered in the unit of the doses; ``None`` where it is counted in something else."""
    noun = folded(daily.label or daily.unit)
    if line.quantity is None:
        return None
    if folded(line.quantity.label or line.quantity.unit) == noun:
        return line.quantity.value
    box = products.in_a_box(line.medicine) if products is not None and line.quantity.unit == _BOX else None
    return line.quantity.value * box[0] if box is not None and folded(box[1]) == noun else None


def _product(report: Report, field: str, line: MedicinePrescription) -> None:
    medicine = line.medicine
    if medicine.code is None and medicine.virtual is None and medicine.presentation is None:
        message = "Ce produit n'a pas de code : la base nationale et la pharmacie le liront comme un texte."
        report.warn(f"{field}.medicine.code", "rx.product.code", message)


def _known(report: Report, field: str, medicine: Medicine, products: LocalProducts | None) -> None:
    """A code that no product can have, or that the vendor's own base does not hold: the national base would refuse."""
    codes = {"code": medicine.code, "presentation": medicine.presentation}
    wrong = [
        name
        for name, code in codes.items()
        if code is not None
        and (figures := _FIGURES.get(code.system))
        and not (code.code.isascii() and code.code.isdecimal() and len(code.code) == figures)
    ]
    for name in wrong:
        message = "Ce code n'est pas celui d'un médicament : un CIS a 8 chiffres, un CIP en a 13."
        report.refuse(
            f"{field}.medicine.{name}", "rx.product.unknown", message, "Base de données publique du médicament"
        )
    if not wrong and products is not None and not products.has(medicine):
        message = "Ce médicament n'est pas dans la base des médicaments de ce poste : corrigez son code, ou retirez-le."
        report.refuse(f"{field}.medicine.code", "rx.product.unknown", message, "Base de données publique du médicament")


def _flags(report: Report, field: str, line: Line) -> None:
    if line.not_reimbursed and (line.ald or line.work_accident):
        message = "Une ligne non remboursable n'est pas en rapport avec une ALD ou un accident du travail."
        report.refuse(f"{field}.not_reimbursed", "rx.flags", message, _FLAGS)
    if line.ald and line.work_accident:
        message = "Une ligne est en rapport avec une ALD ou avec un accident du travail, pas avec les deux."
        report.refuse(f"{field}.work_accident", "rx.flags", message, _FLAGS)


def _twice(report: Report, body: bodies.Prescription) -> None:
    seen: dict[str, str] = {}
    for field, name in _names(body):
        if name in seen:
            message = f"Ce produit est déjà prescrit plus haut ({seen[name]})."
            report.warn(field, "rx.twice", message)
        seen.setdefault(name, field)


def _names(body: bodies.Prescription) -> Iterator[tuple[str, str]]:
    for at, line in enumerate(body.medicines):
        product = line.medicine.code or line.medicine.virtual
        yield f"body.medicines[{at}]", product.code if product else folded(line.medicine.name)
    for at, device in enumerate(body.devices):
        code = device.device.lpp or device.device.code
        yield f"body.devices[{at}]", code.code if code else folded(device.device.name)


def _all(body: bodies.Prescription) -> Iterator[tuple[str, Line]]:
    for name in ("medicines", "devices", "free_lines"):
        for at, line in enumerate(getattr(body, name)):
            yield f"body.{name}[{at}]", line


def _age(birth_date: str, on: date) -> int | None:
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _days(line: MedicinePrescription) -> Decimal | None:
    length = line.duration
    if length is None and len(line.posology.steps) == 1:
        length = line.posology.steps[0].duration_max or line.posology.steps[0].duration
    return _counted(length) if length else None


def _counted(length: Duration) -> Decimal | None:
    return length.value * _DAYS[length.unit] if length.unit in _DAYS else None
