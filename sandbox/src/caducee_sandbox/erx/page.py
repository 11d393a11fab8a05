"""The pharmacist's page: a number scanned or typed, its lines, what is done with each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape
from typing import Any

from caducee_sandbox.erx.refusals import Refused

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1f2937}
h1{font-size:1.5rem;color:#1d4e6f}h2{font-size:1.2rem}.specimen{background:#fbeaea;color:#8b1e1e;padding:.4rem .8rem;
border-radius:.3rem;position:sticky;top:0}.refused{border-left:.3rem solid #8b1e1e;padding:.4rem .8rem;font-weight:600}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border-bottom:1px solid #d5dbe1;padding:.5rem;
text-align:left;vertical-align:top}tbody th{font-weight:400}ul{padding-left:1.2rem}li{margin:.6rem 0}
th[scope=row]{width:38%}td:last-child{width:30%}td input{display:block;width:100%;box-sizing:border-box;
margin-bottom:.3rem}
input,select,button{font:inherit;padding:.3rem}input[name=number]{width:22ch;
letter-spacing:.1em}button{background:#1d4e6f;color:#fff;border:0;border-radius:.3rem;padding:.4rem 1rem}
.quiet{color:#4b5563;font-size:.9rem}.said{background:#e8f3ec;padding:.4rem .8rem;border-radius:.3rem}
.done{color:#4b5563}.wrong>*{background:#fdf3f3}
"""
ACTIONS = (
    ("", "—"),
    ("dispensed", "Délivré"),
    ("partial", "Délivré en partie"),
    ("substituted", "Substitué"),
    ("changed", "Modifié"),
    ("not_dispensed", "Non délivré"),
)
WORDS = dict(ACTIONS)
FIELDS = (("quantity", "Quantité"), ("product", "Produit délivré"), ("reason", "Motif"))
COLUMNS = ("Prescrit", "Délivrances restantes", "Action", "Précisions")
SENTENCES = {
    "erx.not_found": "Aucune ordonnance sous ce numéro.",
    "erx.expired": "Cette ordonnance n'est plus valable.",
    "erx.cancelled": "Cette ordonnance a été annulée ou remplacée.",
    "erx.exhausted": "Tout a déjà été délivré : ce code ne sert plus.",
    "erx.malformed": "La saisie est incomplète.",
    "erx.substitution": "Le prescripteur a exclu la substitution de cette ligne.",
    "erx.meanwhile": "Une autre délivrance a été enregistrée entre-temps : vérifiez ce qui reste à délivrer.",
}


def asked_page() -> bytes:
    """Return the page that asks for a number; a scanner types it and presses Enter."""
    return _page(_asking())


def message_page(refused: Refused, number: str = "") -> bytes:
    """Return a refusal, and the number asked again: what was typed stays, ready to be typed over."""
    return _page(f"{_refusal(refused)}{_asking(typed=number)}")


def prescription_page(
    consulted: dict[str, Any],
    said: str = "",
    *,
    refused: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> bytes:
    """Return a prescription with what is left of each line; after a refusal, with what was typed in each field."""
    number = consulted["number"]
    wrong = refused.line if refused is not None else ""
    rows = "".join(_row(line, typed or {}, wrong=line["line"] == wrong) for line in consulted["lines"])
    told = _refusal(refused) if refused is not None else ""
    told += f"<p class=said role=status>{escape(said)}</p>" if said else ""
    spaced = " ".join(number[at : at + 6] for at in range(0, len(number), 6))
    form = (
        f'<form method=post action="/dispense"><input type=hidden name=number value="{escape(number)}">'
        f'<input type=hidden name=seen value="{escape(consulted["seen"])}">'
        f"<table><thead><tr>{''.join(f'<th scope=col>{word}</th>' for word in COLUMNS)}</tr></thead>"
        f"<tbody>{rows}</tbody></table><button>Enregistrer la délivrance</button></form>"
    )
    open_ = any(line["remaining"] for line in consulted["lines"])
    spent = "<p class=said>Tout a été délivré : ce code ne sert plus.</p>"
    until = f"{date.fromisoformat(consulted['valid_until']):%d/%m/%Y}"
    head = f"<h2>Ordonnance {spaced}</h2><p class=quiet>Valable jusqu'au {until}</p>"
    return _page(f"{told}{head}{form if open_ else spent}{_history(consulted)}{_asking(next_one=True)}")


def _refusal(refused: Refused) -> str:
    sentence = SENTENCES.get(refused.code, "La base a refusé.")
    detail = f" <span class=quiet>{escape(refused.text)}</span>" if refused.text else ""
    return f"<p class=refused role=alert>{escape(sentence)}{detail}</p>"


def _row(line: dict[str, Any], typed: dict[str, str], *, wrong: bool) -> str:
    left = int(line["remaining"])
    details = " · ".join(filter(None, (line.get("how", ""), line.get("quantity", ""), line.get("substitution", ""))))
    label = escape(line["label"])
    fields = "".join(_field(key, word, line, typed) for key, word in FIELDS)
    return (
        f"<tr{' class=wrong' if wrong else ''}><th scope=row><strong>{label}</strong><br>"
        f"<span class=quiet>{escape(details)}</span></th><td>{left}</td>"
        f"<td>{_action(line, typed, wrong=wrong) if left else 'épuisé'}</td><td>{fields if left else ''}</td></tr>"
    )


def _field(key: str, word: str, line: dict[str, Any], typed: dict[str, str]) -> str:
    name = f"{key}:{line['line']}"
    return (
        f'<input name="{escape(name)}" value="{escape(typed.get(name, ""))}" placeholder="{word}" '
        f'aria-label="{word} : {escape(line["label"])}" autocomplete=off>'
    )


def _action(line: dict[str, Any], typed: dict[str, str], *, wrong: bool) -> str:
    """Offer what may be done with a line: no substitution where the prescriber excluded it."""
    name, label, chosen = escape(line["line"]), escape(line["label"]), typed.get(f"action:{line['line']}", "")
    options = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(word)}</option>'
        for value, word in ACTIONS
        if not (value == "substituted" and line.get("substitution"))
    )
    invalid = " aria-invalid=true autofocus" if wrong else ""
    return f'<select name="action:{name}" aria-label="Action : {label}"{invalid}>{options}</select>'


def _history(consulted: dict[str, Any]) -> str:
    if not consulted["dispensations"]:
        return ""
    labels = {line["line"]: line["label"] for line in consulted["lines"]}
    done = "".join(_done(one, labels) for one in consulted["dispensations"])
    return f"<h2>Délivrances</h2><ul>{done}</ul>"


def _done(one: Any, labels: dict[str, str]) -> str:
    lines = " ; ".join(f"{escape(labels[line['line']])} : {_said_of(line)}" for line in one.lines)
    at = f"{datetime.fromisoformat(one.at).astimezone(UTC):%d/%m/%Y à %H:%M} UTC"
    cancel = (
        "— <strong>annulée</strong>"
        if one.cancelled
        else f'<form method=post action="/cancel" style="display:inline"><input type=hidden name=dispensation '
        f'value="{one.identifier}"><button aria-label="Annuler la délivrance du {at}">Annuler</button></form>'
    )
    document = f"<a href='/document/{one.identifier}'>document eDISP-MED</a>"
    return f"<li class=done>{at} — {lines} {document} {cancel}</li>"


def _said_of(line: dict[str, Any]) -> str:
    details = ", ".join(escape(line[key]) for key in ("quantity", "product", "reason") if line.get(key))
    return f"{_word(line).lower()} ({details})" if details else _word(line).lower()


def _word(line: dict[str, Any]) -> str:
    return WORDS["partial"] if line.get("partial") else WORDS[line["action"]]


def _asking(*, next_one: bool = False, typed: str = "") -> str:
    """Ask for a number; the cursor is in the field unless a prescription stands above, which is read first."""
    focus = "" if next_one else "autofocus "
    word = "Numéro de l'ordonnance suivante" if next_one else "Numéro de l'ordonnance"
    return (
        f"<form method=get action='/'><label>{word}, scanné ou saisi "
        f'<input name=number value="{escape(typed)}" {focus}onfocus="this.select()" autocomplete=off '
        "spellcheck=false></label> <button>Chercher</button></form>"
    )


def _page(body: str) -> bytes:
    return (
        "<!DOCTYPE html><html lang=fr><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Pharmacie — simulation</title><style>{STYLE}</style></head><body><h1>Délivrance</h1>"
        "<p class=specimen>SPÉCIMEN — base nationale simulée, patients fictifs.</p>"
        f"<main>{body}</main></body></html>"
    ).encode()
