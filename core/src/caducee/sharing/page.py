"""Indicators as a page of their own and as an export: no patient, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from caducee.outbox.contract import EventRow
from caducee.sharing.indicators import Indicator, NotedBy, Threshold
from caducee.sharing.practice import Practice, moment

_CONFIDENCE = {
    "official": "texte officiel",
    "secondary": "lu dans une source secondaire",
    "to_check": "à vérifier",
    "written_here": "rédaction propre",
}
_KINDS = {
    "document.made": "document fait",
    "document.published": "document confié",
    "summary.published": "volet de synthèse confié",
    "patient.seen": "patient vu",
    "care_sheet.sent": "feuille de soins",
    "act.done": "acte",
    "attending.noted": "médecin traitant noté",
    "attending.ended": "n'est plus médecin traitant",
    "mail.sent": "courrier sans document",
    "document.authored": "auteur d'un document",
    "mailbox.alive": "boîte sécurisée relevée",
    "directory.hours": "horaires dans l'annuaire",
    "delivery.planned": "envoi prévu",
    "delivery.settled": "envoi terminé",
    "delivery.released": "envoi repris",
    "delivery.returned": "envoi revenu",
    "delivery.recovered": "envoi repris après un arrêt",
}
_WORDS = {
    "electronic": "électronique",
    "paper": "papier",
    "distance": "à distance",
    "present": "en présence",
    "filled": "renseignés",
    "missing": "absents",
    "professional": "à un professionnel",
    "patient": "à un patient",
    "PROV": "identité provisoire",
    "RECUP": "identité récupérée",
    "VALI": "identité validée",
    "QUAL": "identité qualifiée",
    "dmp": "DMP",
    "mss": "messagerie sécurisée",
    "patient_mail": "Mon espace santé",
    "pending": "en attente",
    "sending": "en cours",
    "delivered": "arrivé",
    "rejected": "refusé",
    "not_applicable": "sans objet",
    "unknown": "réponse perdue",
    "blocked": "retenu",
    "identity": "identité",
    "card": "carte",
    "login": "connexion",
    "announcement": "annonce",
    "operator": "décision",
    "validation": "validation",
    "opposed": "opposition",
    "prior_approval": "accord préalable",
    "at_distance": "téléconsultation",
}


_NOTED_BY = {
    NotedBy.KIT: "Relevé par Caducée et ses modules, quand ils sont activés.",
    NotedBy.HOST: "Caducée ne peut pas le savoir : votre logiciel métier doit le noter.",
    NotedBy.BOTH: "Relevé par les modules activés ; ce qu'ils ne voient pas, votre logiciel métier doit le noter.",
}
_NOTHING = {
    True: "Aucun évènement sur la période : le chiffre est bien zéro.",
    False: "Non renseigné : rien n'a été noté, ce qui n'est pas zéro.",
}


def figure(one: Indicator) -> str:
    """Return a figure in French: ``12 sur 15 (80 %)``, ``7``, ``non renseigné``: what nobody noted is not zero."""
    if not one.measured:
        return "non renseigné"
    if one.all_of_them is None or one.share is None:
        return str(one.done)
    return f"{one.done} sur {one.all_of_them} ({_percent(one.share)})"


def verdict(one: Indicator) -> str:
    """Return what a threshold says of a figure, in French; ``-`` where there is none."""
    if one.threshold is None or one.threshold.share is None:
        return "-"
    wanted = f"{one.threshold.meaning} {_percent(one.threshold.share)}"
    said = {None: "non renseigné", True: "respecté", False: "non respecté"}[one.reached]
    return f"{wanted} : {said}"


def to_json(found: Sequence[Indicator], practice: Practice) -> list[dict[str, Any]]:
    """Return the export: each figure and the numbers, days, kinds and codes of its events; no identifier of anybody."""
    return [
        {
            **{name: getattr(one, name) for name in one.__struct_fields__ if name != "events"},
            "share": one.share,
            "events": [_shown(practice.rows[seq]) for seq in one.events],
        }
        for one in found
    ]


def to_page(found: Sequence[Indicator], practice: Practice) -> str:
    """Return the page: French, readable without colour, by keyboard and on paper."""
    as_of, since = found[0].as_of, found[0].since
    style = files("caducee.sharing").joinpath("data", "page.css").read_text(encoding="utf-8")
    rows = "\n".join(_row(one) for one in found)
    details = "\n".join(_details(one, practice) for one in found)
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Indicateurs du cabinet au {as_of:%d/%m/%Y}</title><style>{style}</style></head>
<body><main><h1>Indicateurs du cabinet</h1>
<p class="period">Du {since:%d/%m/%Y} au {as_of:%d/%m/%Y}. Lus dans les évènements du logiciel et dans la table des
obligations ; aucun patient n'est nommé. Ces chiffres ne valent ni droit ni promesse de rémunération.</p>
<table><caption>Chiffres et seuils</caption><thead><tr><th scope="col">Indicateur</th><th scope="col">Chiffre</th>
<th scope="col">Seuil</th></tr></thead><tbody>
{rows}
</tbody></table>
<h2>Les évènements derrière chaque chiffre</h2>
{details}
</main></body></html>
"""


def _row(one: Indicator) -> str:
    return (
        f'<tr><th scope="row"><a href="#{one.key}">{escape(one.label)}</a></th>'
        f'<td class="figure">{_bar(one)}<strong>{escape(figure(one))}</strong>{_last(one)}</td>'
        f"<td>{_mark(one)}{_source(one.threshold)}</td></tr>"
    )


def _bar(one: Indicator) -> str:
    if one.share is None:
        return ""
    wide = min(100.0, one.share * 100)
    limit = one.threshold.share * 100 if one.threshold is not None and one.threshold.share is not None else None
    line = f'<line x1="{limit:.1f}" y1="0" x2="{limit:.1f}" y2="10"/>' if limit is not None else ""
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" width="100" height="10"/><rect class="done" width="{wide:.1f}" height="10"/>{line}</svg>'
    )


def _last(one: Indicator) -> str:
    return f'<span class="last">dernier évènement : {one.last:%d/%m/%Y}</span>' if one.last is not None else ""


def _mark(one: Indicator) -> str:
    if one.threshold is None or one.threshold.share is None:
        return '<span class="none">pas de seuil connu</span>'
    sign = {None: "○", True: "✓", False: "✗"}[one.reached]
    kind = {None: "none", True: "yes", False: "no"}[one.reached]
    return f'<span class="{kind}"><span aria-hidden="true">{sign}</span> {escape(verdict(one))}</span>'


def _source(limit: Threshold | None) -> str:
    if limit is None:
        return ""
    more = [f"{limit.points:g} points" if limit.points is not None else ""]
    more.append(f"{limit.amount:g} € selon la source, sans promesse" if limit.amount is not None else "")
    more.append(f"professions : {', '.join(limit.professions)}" if limit.professions else "")
    said = " ; ".join([part for part in more if part] + [limit.source, _CONFIDENCE[limit.confidence]])
    return f'<span class="source">{escape(said)}</span>'


def _details(one: Indicator, practice: Practice) -> str:
    lines = "".join(_event(practice.rows[seq]) for seq in one.events)
    body = (
        f'<div class="scroll" id="{one.key}"><table><thead><tr><th scope="col">N°</th>'
        '<th scope="col">Jour et heure</th>'
        '<th scope="col">Évènement</th><th scope="col">Code</th><th scope="col">État</th></tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
        if lines
        else f"<p id='{one.key}'>{_NOTHING[one.measured]}</p>"
    )
    count = f"{len(one.events)} évènement{'s' if len(one.events) > 1 else ''}"
    return (
        f'<details><summary>{escape(one.label)} <span class="count">{count}</span></summary>'
        f'<p class="by">{escape(_NOTED_BY[one.noted_by])}</p>{body}</details>'
    )


def _event(row: EventRow) -> str:
    cells = (str(row.seq), f"{moment(row):%d/%m/%Y %H:%M}", _KINDS.get(row.kind, row.kind), _word(row.code))
    shown = "".join(
        f"<td>{escape(cell)}</td>" for cell in (*cells, " ".join(filter(None, (_word(row.state), _word(row.why)))))
    )
    return f"<tr>{shown}</tr>"


def _shown(row: EventRow) -> dict[str, Any]:
    said = {"seq": row.seq, "on": moment(row).date(), "kind": row.kind, "code": row.code, "state": row.state}
    return {**said, "why": row.why}


def _word(code: str) -> str:
    return _WORDS.get(code, code)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",") + "\N{NO-BREAK SPACE}%"
