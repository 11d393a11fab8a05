"""What may be written to. Pure: an address, the trust space and the rules of the day go in, the verdict comes out."""

from __future__ import annotations

from datetime import date

from caducee.contracts.directory import Reach, Recipient, TrustSpace
from caducee_annuaire.addresses import PATIENTS, Address, parse
from caducee_annuaire.dated import Rule, Rules


class Recipients:
    """Judges addresses."""

    def __init__(self, space: TrustSpace, rules: Rules) -> None:
        self._space = space
        self._rules = rules

    def judge(self, text: str, *, on: date, space: TrustSpace | None = None) -> Recipient:
        """Say what becomes of an address on a day; ``space`` stands in place of the configured trust space."""
        address = parse(text)
        if address is None:
            return _refused(
                text, "invalid", "Cette adresse n'est pas une adresse de messagerie.", "Vérifiez la saisie."
            )
        rules = [rule for rule in self._rules.rule if rule.holds(on)]
        for rule in rules:
            if address.domain == rule.gateway:
                return _as_it_is(text, address, why="gateway", rule=rule.id)
            if address.domain == rule.under or address.domain.endswith(f".{rule.under}"):
                return _by_gateway(text, address, rule)
        if address.domain == PATIENTS or (space or self._space).trusts(address.domain):
            return _as_it_is(text, address, why="patient" if address.of_patient else "trusted")
        return _refused(
            text,
            "outside",
            "Cette adresse est hors de l'espace de confiance MSSanté : le message ne peut pas y être envoyé.",
            _suggestion(rules),
        )


def _as_it_is(text: str, address: Address, *, why: str, rule: str = "") -> Recipient:
    # One spelling for each box, so that a reply is known by it; a Corsican matricule keeps its capital letter.
    local = address.local.upper() if why == "patient" else address.local.lower()
    written = Address(local, address.domain).written
    return Recipient(reach=Reach.ALLOWED, original=text.strip(), address=written, why=why, rule=rule)


def _by_gateway(text: str, address: Address, rule: Rule) -> Recipient:
    written = Address(address.local.lower(), rule.gateway).written
    return Recipient(
        reach=Reach.REWRITTEN,
        original=text.strip(),
        address=written,
        why="gateway",
        rule=rule.id,
        sentence=f"Ce correspondant utilise {rule.network} : le message part vers {written}.",
    )


def _refused(text: str, why: str, sentence: str, suggestion: str) -> Recipient:
    return Recipient(
        reach=Reach.REFUSED, original=text.strip(), address="", why=why, sentence=sentence, suggestion=suggestion
    )


def _suggestion(rules: list[Rule]) -> str:
    """Never an address made up from this one: somebody else may have it."""
    search = "Cherchez l'adresse MSSanté de ce correspondant dans l'annuaire."
    ways = [
        f"S'il utilise {rule.network}, saisissez son adresse {rule.network} (…@….{rule.under}) : "
        f"elle est écrite par la passerelle {rule.gateway}."
        for rule in rules
    ]
    return " ".join((search, *ways))
