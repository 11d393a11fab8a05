"""Numbers in letters, as a secured prescription writes its amounts (CSP, R. 5132-5 and R. 5132-29)."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")
_FEMININE = frozenset(
    {
        *("ampoule", "application", "boîte", "bouffée", "cuillère", "dose", "fois", "gélule", "goutte", "heure"),
        *("injection", "minute", "pastille", "pipette", "plaquette", "pulvérisation", "semaine", "seringue"),
        *("tablette", "unité", "capsule", "mesure", "inhalation", "mole", "millimole"),
    }
)
_FRACTIONS = {"¼": "un quart", "½": "un demi", "¾": "trois quarts", "⅓": "un tiers", "⅔": "deux tiers"}
_AFTER = {"¼": "et quart", "½": "et demi", "¾": "et trois quarts", "⅓": "et un tiers", "⅔": "et deux tiers"}
_NUMBER = re.compile(
    r"(?<!\w)(?P<whole>\d+)(?:,(?P<part>\d+))?(?!\w)(?: (?P<with>[¼½¾⅓⅔]))?(?P<noun> \w+)?"
    r"|(?P<alone>[¼½¾⅓⅔])(?P<of> \w+)?"
)
_RANGE = re.compile(
    r"(?<![\w,])(?:(?P<whole>\d{1,6})(?: (?P<with>[¼½¾⅓⅔]))?|(?P<alone>[¼½¾⅓⅔])) à "
    r"(?=\d[\d,]*(?: [¼½¾⅓⅔])? (?P<noun>\w+))"
)
_THOUSANDS = re.compile(r"(?<=\d)\u00a0(?=\d{3}(?!\d))")
_FIRST = re.compile(r"\b1er\b")
_ELIDED = re.compile(r"(^|\s)de un\b")
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_SPELLED = {
    "h": "heure",
    "min": "minute",
    "kg": "kilogramme",
    "g": "gramme",
    "mg": "milligramme",
    "µg": "microgramme",
    "L": "litre",
    "cL": "centilitre",
    "mL": "millilitre",
    "ml": "millilitre",
    "UI": "unité internationale",
    "cm": "centimètre",
    "mm": "millimètre",
    "mmol": "millimole",
    "mol": "mole",
    "mEq": "milliéquivalent",
}
_PER = re.compile(rf"(?<=[a-z])/({'|'.join(_SPELLED)})\b")
LARGEST = 999_999


def in_letters(text: str) -> str:
    """Return a sentence with its numbers in letters: « deux comprimés matin et soir pendant sept jours ».

    The units that follow a number are spelled too: « cinq cents milligrammes ». Dates stay in figures, and so
    do numbers above 999 999 and those that are part of a word (« B12 »): a number is never said wrong.
    """
    text = _THOUSANDS.sub("", text)
    dates = _DATE.findall(text)
    parts = (_RANGE.sub(_low_of_range, _FIRST.sub("premier", part)) for part in _DATE.split(text))
    worded = [_NUMBER.sub(_worded, part) for part in parts]
    said = "".join(part + day for part, day in zip(worded, [*dates, ""], strict=True))
    said = _PER.sub(lambda found: f" par {_SPELLED[found[1]]}", said)
    return _ELIDED.sub(r"\1d'un", said)


def number_in_letters(value: int, *, feminine: bool = False) -> str:
    """Return a number up to 999 999: « quatre-vingt-un », « deux cents », « vingt et une ».

    Raises:
        ValueError: negative, or larger.
    """
    if not 0 <= value <= LARGEST:
        raise ValueError("a number from 0 to 999 999")
    thousands, rest = divmod(value, 1000)
    said = [] if thousands == 0 else ["mille" if thousands == 1 else f"{_hundreds(thousands, final=False)} mille"]
    if rest or not thousands:
        said.append(_hundreds(rest, final=True))
    words = " ".join(said)
    return f"{words}e" if feminine and words.endswith("un") else words


def decimal_in_letters(value: Decimal) -> str:
    """Return a number with its decimals: « un virgule vingt-cinq »."""
    whole, _, part = f"{value.normalize():f}".partition(".")
    return _with_part(int(whole), part, feminine=False)


def _worded(found: re.Match[str]) -> str:
    if found["alone"]:
        return _fraction(found["alone"], _spelled((found["of"] or "").strip(), 0))
    if max(int(found["whole"]), int(found["part"] or 0)) > LARGEST:
        return found[0]
    noun = _spelled((found["noun"] or "").strip(), int(found["whole"]))
    noun = f" {noun}" if noun else ""
    feminine = _is_feminine(noun.strip())
    said = _with_part(int(found["whole"]), found["part"] or "", feminine=feminine)
    if not found["with"]:
        return said + noun
    after = _AFTER[found["with"]]
    return f"{said}{noun} {after}{'e' if feminine and after == 'et demi' else ''}"


def _spelled(noun: str, whole: int) -> str:
    """Return the word of a symbol, which agrees with the whole part of its number; any other word as it is."""
    word = _SPELLED.get(noun)
    if word is None:
        return noun
    return " ".join(f"{part}s" for part in word.split()) if whole > 1 else word


def _low_of_range(found: re.Match[str]) -> str:
    """« 1 ½ à 2 gélules »: the noun of a range is at its end, and the low one agrees with it."""
    if found["alone"]:
        return f"{_FRACTIONS[found['alone']]} à "
    feminine = _is_feminine(_spelled(found["noun"], 0))
    said = number_in_letters(int(found["whole"]), feminine=feminine)
    after = _AFTER.get(found["with"] or "", "")
    return " ".join(filter(None, [said, f"{after}e" if feminine and after == "et demi" else after, "à "]))


def _fraction(sign: str, noun: str) -> str:
    if sign == "½" and noun:
        return f"{'une' if _is_feminine(noun) else 'un'} demi-{noun}"
    if noun:
        return f"{_FRACTIONS[sign]} {'d' + chr(39) if noun[0] in 'aeiouyéh' else 'de '}{noun}"
    return _FRACTIONS[sign]


def _is_feminine(noun: str) -> bool:
    first = noun.lower().partition(" ")[0]
    return first in _FEMININE or first.removesuffix("s") in _FEMININE


def _with_part(whole: int, part: str, *, feminine: bool) -> str:
    if not part:
        return number_in_letters(whole, feminine=feminine)
    zeros = ["zéro"] * (len(part) - len(part.lstrip("0")))
    tail = [number_in_letters(int(part))] if int(part) else []
    return " ".join([number_in_letters(whole), "virgule", *zeros, *tail])


def _hundreds(value: int, *, final: bool) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _tens(rest, final=final)
    head = "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    if rest:
        return f"{head} {_tens(rest, final=final)}"
    return f"{head}s" if hundreds > 1 and final else head


def _tens(value: int, *, final: bool) -> str:
    if value < len(_UNITS):
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    if tens in (7, 9):
        unit += 10
    head = _TENS[tens]
    if tens == 8 and unit == 0:
        return f"{head}s" if final else head
    if unit == 0:
        return head
    if unit in (1, 11) and tens not in (8, 9):
        return f"{head} et {_UNITS[unit]}"
    return f"{head}-{_UNITS[unit]}"
