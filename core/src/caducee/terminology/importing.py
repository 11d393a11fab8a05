"""From the value sets that the ANS publishes (IHE SVS, XML) to tables of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from caducee.errors import CaduceeError

_SVS = "{urn:ihe:iti:svs:2008}"
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class ValueSetUnreadable(CaduceeError):
    """The file is no value set of IHE SVS. Nothing was written."""

    code = "terminology.unreadable"
    sentence = "Ce fichier n'est pas un jeu de valeurs (XML, IHE SVS)."
    remedy = "Prenez le fichier XML du jeu de valeurs sur le site de l'éditeur de la nomenclature."


def imported(content: bytes) -> str:
    """Return a value set as a table (TOML): its codes by system, the days from which or until which they are in use.

    Raises:
        ValueSetUnreadable: not XML of that form, or no code in it, or a code twice with other words.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise ValueSetUnreadable("not well-formed XML") from None
    value_set = next(root.iter(f"{_SVS}ValueSet"), None)
    concepts = list(root.iter(f"{_SVS}Concept"))
    if value_set is None or not concepts or b"<!DOCTYPE" in content:
        raise ValueSetUnreadable("no ValueSet with concepts")
    return "\n".join(_lines(value_set, concepts)) + "\n"


def _lines(value_set: etree._Element, concepts: list[etree._Element]) -> Iterator[str]:
    title = f"{value_set.get('displayName', '').removesuffix('.tabs')} ({value_set.get('id', '')})"
    revised = _day(value_set.get("revisionDate", "")) or _day(value_set.get("dateMaj", ""))
    yield f"title = {_quoted(title)}"
    yield f"edition = {_quoted(str(revised or 'unknown'))}"
    yield 'source = "imported from the published value set"'
    systems: dict[str, dict[str, str]] = {}
    for concept in concepts:
        known = systems.setdefault(concept.get("codeSystem", ""), {})
        code, words = concept.get("code", ""), concept.get("displayName", "")
        if known.setdefault(code, words) != words:
            raise ValueSetUnreadable("a code stands there twice")
    for name, attribute in (("since", "dateValid"), ("until", "dateFin")):
        days = {one.get("code", ""): _day(one.get(attribute, "")) for one in concepts}
        kept = {code: day for code, day in days.items() if day is not None}
        if kept:
            yield f"\n[{name}]"
            yield from (f"{_key(code)} = {day.isoformat()}" for code, day in kept.items())
    for system, codes in systems.items():
        yield f"\n[certain.{_quoted(system)}]"
        yield from (f"{_key(code)} = {_quoted(words.strip())}" for code, words in codes.items())


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _key(code: str) -> str:
    return code if _BARE.fullmatch(code) else _quoted(code)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in escaped) + '"'
