"""The dashboard as one page that needs nothing else: to look at, to listen to, to print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from importlib.resources import files

from caducee_paymed_tp.dashboard.charts import PARTS, TEXTURES, months_chart, payer_bar, shares_bar
from caducee_paymed_tp.dashboard.figures import Advice, Dashboard, MonthLine, PayerLine
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.model.parts import Part

_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_LONG = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_PART = {Part.AMO: "Caisse", Part.AMC: "Complémentaire", Part.PATIENT: "Patients"}
_TILES = {
    "billed": ("Facturé", "tout ce qui a été demandé"),
    "paid": ("Payé", "arrivé au cabinet"),
    "waiting": ("En attente", "dans les délais"),
    "rejected": ("Rejeté", "à corriger"),
    "late": ("En retard", "à relancer"),
}
SPECIMEN = "SPECIMEN — données simulées, rien de ceci n'est réel"


def page(figures: Dashboard) -> str:
    """Return the page."""
    title = f"Tiers payant — {month_name(figures.month)}"
    style = files("caducee_paymed_tp.dashboard").joinpath("page.css").read_text(encoding="utf-8")
    specimen = f'<p class="specimen" role="note">{SPECIMEN}</p>' if figures.specimen else ""
    sections = "".join(
        (
            _glance(figures),
            _advice(figures.advice),
            _months(figures.months),
            _payers(figures.payers),
            _reasons(figures),
            _missing(figures),
            _bank(figures),
        )
    )
    return (
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>\n<body>"
        '<a class="skip" href="#contenu">Aller au contenu</a>'
        f"{TEXTURES}{specimen}<header><h1>{escape(title)}</h1>"
        f"<p>Au {_day(figures.today)}, {figures.invoices} factures.</p></header>"
        f'<main id="contenu">{sections}</main></body>\n</html>\n'
    )


def month_name(month: str) -> str:
    """Return ``janvier 2026``."""
    year, number = month.split("-")
    return f"{_LONG[int(number) - 1]} {year}"


def _glance(figures: Dashboard) -> str:
    tiles = "".join(
        f'<div class="tile {name}"><dt>{title}</dt><dd><b>{euros(getattr(figures.money, name))}</b>'
        f"<span>{text}</span></dd></div>"
        for name, (title, text) in _TILES.items()
    )
    legend = "".join(
        '<li><svg class="key" viewBox="0 0 14 14" aria-hidden="true">'
        f'<rect width="14" height="14" fill="{fill}"/></svg>{label}</li>'
        for name, label, fill in PARTS
        if name != "given_up" or figures.money.given_up
    )
    delay = "pas encore connu" if figures.delay is None else f"{figures.delay:.1f} jours".replace(".", ",")
    return _section(
        "Le mois d'un coup d'œil",
        f'<dl class="tiles">{tiles}</dl>{shares_bar(figures.money)}<ul class="legend">{legend}</ul>'
        f"<p>Délai moyen de paiement : <b>{delay}</b>. Taux de rejet : <b>{_percent(figures.reject_rate)}</b>.</p>",
    )


def _advice(advice: Iterable[Advice]) -> str:
    items = "".join(f"<li>{escape(one.sentence)} <b>{euros(one.amount)}</b></li>" for one in advice)
    return _section("À faire", f"<ol>{items}</ol>" if items else "<p>Rien à faire : tout suit son cours.</p>", "todo")


def _months(months: tuple[MonthLine, ...]) -> str:
    names = [f"{_MONTHS[int(month.month[5:]) - 1]} {month.month[2:4]}" for month in months]
    rows = [
        (
            month_name(month.month),
            _cents(month.money.billed),
            _cents(month.money.paid),
            _cents(month.money.rejected + month.money.late),
            _percent(month.reject_rate) if month.money.billed else "—",
            _days(month.delay),
        )
        for month in months
    ]
    head = ("Mois des soins", "Facturé", "Payé", "Rejeté ou en retard", "Rejets", "Délai")
    return _section("Ce mois et les précédents", months_chart(months, names) + _table("Les six mois", head, rows))


def _payers(payers: tuple[PayerLine, ...]) -> str:
    if not payers:
        return ""
    most = payers[0].money.billed
    rows = [
        (
            escape(line.name),
            _PART[line.part],
            payer_bar(line, most),
            _cents(line.money.billed),
            _cents(line.money.paid),
            _cents(line.money.waiting),
            _cents(line.money.rejected),
            _cents(line.money.late),
            _days(line.delay),
        )
        for line in payers
    ]
    head = ("Payeur", "Part", "", "Facturé", "Payé", "En attente", "Rejeté", "En retard", "Délai")
    return _section("Par payeur", _table("Les payeurs du mois", head, rows))


def _reasons(figures: Dashboard) -> str:
    if not figures.reasons:
        return _section("Rejets", "<p>Aucun rejet à corriger.</p>")
    rows = [
        (escape(line.title), str(line.count), euros(line.amount), escape(line.correction), escape(line.who))
        for line in figures.reasons
    ]
    return _section("Rejets", _table("Pourquoi", ("Motif", "Parts", "Montant", "Que faire", "Qui"), rows))


def _missing(figures: Dashboard) -> str:
    if not figures.missing:
        return _section("Argent annoncé et pas reçu", "<p>Tous les virements annoncés sont arrivés.</p>")
    rows = [(escape(one.payer), _day(one.announced), euros(one.amount)) for one in figures.missing]
    return _section(
        "Argent annoncé et pas reçu", _table("Virements manquants", ("Payeur", "Annoncé le", "Montant"), rows)
    )


def _bank(figures: Dashboard) -> str:
    bank = figures.bank
    rows = [
        ("Reçu à la banque", euros(bank.received)),
        ("Rapproché", euros(bank.matched)),
        (f"Reçu d'un payeur et annoncé par rien ({bank.unknown_count})", euros(bank.unknown)),
        (f"Reçu d'ailleurs : cartes, espèces, patients ({bank.elsewhere_count})", euros(bank.elsewhere)),
        ("Sorties du compte", euros(bank.other)),
        ("Avances à rendre au concentrateur", euros(bank.to_give_back)),
        ("Reçu en trop", euros(bank.overpaid)),
        ("Frais du mois", euros(figures.costs)),
    ]
    return _section("Banque et frais", _table("Depuis le début du suivi", ("", "Montant"), rows))


def _section(title: str, content: str, name: str = "") -> str:
    return f'<section class="{name}"><h2>{escape(title)}</h2>{content}</section>'


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f'<th scope="col">{title}</th>' if title else "<td></td>" for title in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cents(cents: int) -> str:
    """In a column of amounts, nothing is a dash: what is there stands out."""
    return euros(cents) if cents else "—"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}\u00a0%".replace(".", ",")


def _days(days: float | None) -> str:
    return "—" if days is None else f"{days:.1f}\u00a0j".replace(".", ",")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
