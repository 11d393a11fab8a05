"""The pharmacist's page: a number scanned or typed, its lines, what is done with each."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1f2937}
h1{font-size:1.4rem;color:#1d4e6f}.specimen{background:#fbeaea;color:#8b1e1e;padding:.4rem .8rem;border-radius:.3rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border-bottom:1px solid #d5dbe1;padding:.5rem;
text-align:left;vertical-align:top}input,select,button{font:inherit;padding:.3rem}input[name=number]{width:22ch;
letter-spacing:.1em}button{background:#1d4e6f;color:#fff;border:0;border-radius:.3rem;padding:.4rem 1rem}
.quiet{color:#4b5563;font-size:.9rem}.said{background:#e8f3ec;padding:.4rem .8rem;border-radius:.3rem}
.done{color:#4b5563}
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
SENTENCES = {
    "erx.not_found": "Aucune ordonnance sous ce numéro.",
    "erx.expired": "Cette ordonnance n'est plus valable.",
    "erx.cancelled": "Cette ordonnance a été annulée ou remplacée.",
    "erx.exhausted": "Tout a déjà été délivré : ce code ne sert plus.",
    "erx.malformed": "La saisie est incomplète.",
}


def asked_page() -> bytes:
    """Return the page that asks for a number; a scanner types it and presses Enter."""
    return _page(_asking())


def message_page(code: str, text: str) -> bytes:
    """Return a refusal, and the number asked again."""
    sentence = SENTENCES.get(code, "La base a refusé.")
    detail = f" <span class=quiet>{escape(text)}</span>" if text else ""
    return _page(f"<p class=specimen role=alert>{escape(sentence)}{detail}</p>{_asking()}")


def prescription_page(consulted: dict[str, Any], said: str = "") -> bytes:
    """Return a prescription with what is left of each line."""
    number = consulted["number"]
    rows = "".join(_row(line) for line in consulted["lines"])
    told = f"<p class=said role=status>{escape(said)}</p>" if said else ""
    spaced = " ".join(number[at : at + 6] for at in range(0, len(number), 6))
    form = (
        f'<form method=post action="/dispense"><input type=hidden name=number value="{escape(number)}">'
        "<table><thead><tr><th>Prescrit</th><th>Reste</th><th>Action</th><th>Précisions</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><button>Enregistrer la délivrance</button></form>"
    )
    open_ = any(line["remaining"] for line in consulted["lines"])
    spent = "<p class=said>Tout a été délivré : ce code ne sert plus.</p>"
    head = f"<h2>Ordonnance {spaced}</h2><p class=quiet>Valable jusqu'au {escape(consulted['valid_until'])}</p>"
    return _page(f"{told}{head}{form if open_ else spent}{_history(consulted)}{_asking()}")


def _row(line: dict[str, Any]) -> str:
    name, left = escape(line["line"]), int(line["remaining"])
    details = " · ".join(filter(None, (line.get("how", ""), line.get("quantity", ""), line.get("substitution", ""))))
    options = "".join(f'<option value="{value}">{escape(word)}</option>' for value, word in ACTIONS)
    action = f'<select name="action:{name}" aria-label="Action">{options}</select>' if left else "épuisé"
    fields = "".join(
        f'<input name="{key}:{name}" placeholder="{word}" aria-label="{word}"> '
        for key, word in (("quantity", "Quantité"), ("product", "Produit délivré"), ("reason", "Motif"))
    )
    return (
        f"<tr><td><strong>{escape(line['label'])}</strong><br><span class=quiet>{escape(details)}</span></td>"
        f"<td>{left}</td><td>{action}</td><td>{fields if left else ''}</td></tr>"
    )


def _history(consulted: dict[str, Any]) -> str:
    if not consulted["dispensations"]:
        return ""
    return "<h2>Délivrances</h2><ul>" + "".join(map(_done, consulted["dispensations"])) + "</ul>"


def _done(one: Any) -> str:
    lines = ", ".join(f"{escape(line['line'])} : {_word(line)}" for line in one.lines)
    cancel = (
        " — annulée"
        if one.cancelled
        else f'<form method=post action="/cancel" style="display:inline"><input type=hidden name=dispensation '
        f'value="{one.identifier}"><button>Annuler</button></form>'
    )
    document = f"<a href='/document/{one.identifier}'>document eDISP-MED</a>"
    return f"<li class=done>{escape(one.at)} — {lines} {document} {cancel}</li>"


def _word(line: dict[str, Any]) -> str:
    return WORDS["partial"] if line.get("partial") else WORDS[line["action"]]


def _asking() -> str:
    return (
        "<form method=get action='/'><label>Numéro de l'ordonnance, scanné ou saisi "
        "<input name=number autofocus autocomplete=off spellcheck=false></label> <button>Chercher</button></form>"
    )


def _page(body: str) -> bytes:
    return (
        "<!DOCTYPE html><html lang=fr><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Pharmacie — simulation</title><style>{STYLE}</style></head><body><h1>Délivrance</h1>"
        "<p class=specimen>SPÉCIMEN — base nationale simulée, patients fictifs.</p>"
        f"{body}</body></html>"
    ).encode()
