"""Charts as inline SVG: each with a title and a description, so that it is also read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from caducee_paymed_tp.dashboard.figures import MonthLine, PayerLine
from caducee_paymed_tp.euros import euros

PARTS = (
    ("paid", "payé", "url(#t-paid)"),
    ("waiting", "en attente", "url(#t-waiting)"),
    ("rejected", "rejeté", "url(#t-rejected)"),
    ("late", "en retard", "url(#t-late)"),
    ("given_up", "abandonné", "url(#t-given_up)"),
)
"""Each part has its texture, so that no meaning hangs on colour alone."""


def _texture(name: str, ground: str, mark: str = "") -> str:
    box = f'<rect width="8" height="8" fill="{ground}"/>'
    return f'<pattern id="t-{name}" width="8" height="8" patternUnits="userSpaceOnUse">{box}{mark}</pattern>'


TEXTURES = (
    '<svg width="0" height="0" aria-hidden="true" focusable="false" class="textures"><defs>'
    + _texture("paid", "#1f6f5c")
    + _texture("waiting", "#c9dbe6", '<path d="M0 8L8 0" stroke="#4d7a94" stroke-width="1.4"/>')
    + _texture("rejected", "#b3382c", '<path d="M0 0L8 8M0 8L8 0" stroke="#fff" stroke-width="1"/>')
    + _texture("late", "#e2a33b", '<circle cx="4" cy="4" r="1.6" fill="#5c3c05"/>')
    + _texture("given_up", "#8a8f98")
    + "</defs></svg>"
)


def shares_bar(money: object, *, width: int = 640, height: int = 34) -> str:
    """Return one bar of where the money is."""
    total = max(1, sum(getattr(money, name) for name, _, _ in PARTS))
    at, pieces, said = 0.0, [], []
    for name, label, fill in PARTS:
        cents = getattr(money, name)
        if not cents:
            continue
        wide = cents / total * width
        pieces.append(f'<rect x="{at:.1f}" y="0" width="{wide:.1f}" height="{height}" fill="{fill}"/>')
        said.append(f"{label} {euros(cents)}")
        at += wide
    description = escape(" ; ".join(said) or "rien de facturé")
    return (
        f'<svg class="bar" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img">'
        f"<title>Où est l'argent du mois</title><desc>{description}</desc>{''.join(pieces)}</svg>"
    )


def months_chart(months: Sequence[MonthLine], names: Sequence[str]) -> str:
    """Return the months side by side, each a column of where its money is."""
    width, height, floor = 640, 220, 180
    most = max([1, *(month.money.billed for month in months)])
    step = width / max(1, len(months))
    drawn, said = [], []
    for at, (month, name) in enumerate(zip(months, names, strict=True)):
        left, top = at * step + step * 0.18, float(floor)
        for part, _, fill in PARTS:
            tall = getattr(month.money, part) / most * (floor - 24)
            top -= tall
            if tall:
                drawn.append(
                    f'<rect x="{left:.1f}" y="{top:.1f}" width="{step * 0.64:.1f}" height="{tall:.1f}" fill="{fill}"/>'
                )
        middle = at * step + step / 2
        if month.money.billed:
            drawn.append(f'<text x="{middle:.1f}" y="{top - 6:.1f}">{escape(_short(month.money.billed))}</text>')
        drawn.append(f'<text x="{middle:.1f}" y="{floor + 20}">{escape(name)}</text>')
        said.append(f"{name} : {euros(month.money.billed)} facturés, {euros(month.money.paid)} payés")
    return (
        f'<svg class="months" viewBox="0 0 {width} {height}" role="img"><title>Les six derniers mois</title>'
        f"<desc>{escape(' ; '.join(said))}</desc>"
        f'<line x1="0" y1="{floor}" x2="{width}" y2="{floor}" class="floor"/>{"".join(drawn)}</svg>'
    )


def payer_bar(line: PayerLine, most: int) -> str:
    """Return the small bar of one payer, as long as its share of the largest; the table says it in figures."""
    width = 150.0
    at, pieces = 0.0, []
    for name, _, fill in PARTS:
        wide = getattr(line.money, name) / max(1, most) * width
        if wide:
            pieces.append(f'<rect x="{at:.1f}" y="0" width="{wide:.1f}" height="12" fill="{fill}"/>')
        at += wide
    return f'<svg class="small" viewBox="0 0 150 12" aria-hidden="true">{"".join(pieces)}</svg>'


def _short(cents: int) -> str:
    return f"{cents / 100_000:.1f} k€".replace(".", ",") if cents >= 100_000 else euros(cents)
