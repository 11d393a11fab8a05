"""The sentence that a patient reads, made of the posology."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from caducee.model.clinical.posology import Duration, MaxDose, Moment, Posology, PosologyMode, Step, TimingEvent, Unit
from caducee.posology.words import amount, dose_words, duration_words, each, per_words, span_words

_EVENTS = {
    TimingEvent.WAKING: "au réveil",
    TimingEvent.BEDTIME: "au coucher",
    TimingEvent.BREAKFAST: "le matin",
    TimingEvent.LUNCH: "le midi",
    TimingEvent.DINNER: "le soir",
    TimingEvent.MEALS: "aux repas",
    TimingEvent.BEFORE_BREAKFAST: "avant le petit-déjeuner",
    TimingEvent.BEFORE_LUNCH: "avant le déjeuner",
    TimingEvent.BEFORE_DINNER: "avant le dîner",
    TimingEvent.BEFORE_MEALS: "avant les repas",
    TimingEvent.AFTER_BREAKFAST: "après le petit-déjeuner",
    TimingEvent.AFTER_LUNCH: "après le déjeuner",
    TimingEvent.AFTER_DINNER: "après le dîner",
    TimingEvent.AFTER_MEALS: "après les repas",
}
_SHORT = {TimingEvent.BREAKFAST: "matin", TimingEvent.LUNCH: "midi", TimingEvent.DINNER: "soir"}
_BETWEEN = {
    PosologyMode.TAPERED: " puis ",
    PosologyMode.SPLIT: ", ",
    PosologyMode.CONDITIONAL: " ; ",
    PosologyMode.COMBINED: " et ",
    PosologyMode.NORMAL: ", ",
}


def sentence(posology: Posology) -> str:
    """Return the whole posology in one sentence: « 1 comprimé matin et soir pendant 7 jours ».

    The doctor's own words (``text``) come instead of it when there are any.
    """
    if posology.text:
        return posology.text
    body = _BETWEEN[posology.mode].join(filter(None, (step_sentence(step) for step in posology.steps)))
    said = " ".join(filter(None, [body, _route(posology)]))
    where = posology.site_text or (posology.site.display if posology.site else "")
    limits = [_limit(limit) for limit in posology.maxima]
    return ", ".join(filter(None, [said, where, _until(posology.until), *limits]))


def step_sentence(step: Step) -> str:
    """Return one step: dose, rhythm, days, length, condition."""
    words = [
        dose_words(step.dose) if step.dose else "",
        _of(step),
        _rate(step),
        _rhythm(step),
        f"avec au moins {duration_words(step.apart)} entre deux prises" if step.apart else "",
        f"({duration_words(step.over)} chaque fois)" if step.over else "",
        _days(step),
        _start(step),
        _length(step),
        step.condition,
    ]
    return " ".join(filter(None, words))


def _of(step: Step) -> str:
    if not step.medicine:
        return ""
    return f"d'{step.medicine}" if step.medicine[0].lower() in "aeiouyéèêàâîôûh" else f"de {step.medicine}"


def _rate(step: Step) -> str:
    if step.rate is None or step.rate_per is None:
        return ""
    per = step.rate_per
    return f"au débit de {dose_words(step.rate)} {'par' if per.value == 1 else 'en'} {per_words(per)}"


def _rhythm(step: Step) -> str:
    if step.moments:
        return _moments(step.moments)
    if step.hours:
        return "à " + _listed([_hour(hour) for hour in step.hours])
    if step.every:
        return each(step.every)
    if step.times:
        per = step.per or Duration(Decimal(1), Unit.DAY)
        most = f" à {step.times_max}" if step.times_max and step.times_max != step.times else ""
        return f"{step.times}{most} fois {'par' if per.value == 1 else 'en'} {per_words(per)}"
    return ""


def _moments(moments: tuple[Moment, ...]) -> str:
    """« matin, midi et soir » without articles where all are meals, as prescriptions are written."""
    if len(moments) > 1 and all(moment.event in _SHORT and moment.offset is None for moment in moments):
        return _listed([_SHORT[moment.event] for moment in moments])
    return _listed([_moment(moment) for moment in moments])


def _moment(moment: Moment) -> str:
    words = _EVENTS[moment.event]
    if moment.offset is None or moment.offset.value == 0:
        return words
    if words.startswith(("avant", "après")):
        return f"{duration_words(moment.offset)} {words}"
    place = words.removeprefix("au ").removeprefix("le ")
    link = "le " if words.startswith(("au ", "le ")) else "les "
    return f"{duration_words(moment.offset)} après {link}{place.removeprefix('aux ')}"


def _days(step: Step) -> str:
    if step.month_days:
        return _listed([f"le {day}er" if day == 1 else f"le {day}" for day in step.month_days]) + " du mois"
    return _listed([f"le {day.value}" for day in step.weekdays]) if step.weekdays else ""


def _start(step: Step) -> str:
    return f"à partir du {date.fromisoformat(step.start):%d/%m/%Y}" if step.start else ""


def _length(step: Step) -> str:
    """« pendant 7 jours au plus ou jusqu'à disparition de la fièvre »: whichever comes first."""
    return " ou ".join(filter(None, [span_words(step.duration, step.duration_max), _until(step.until)]))


def _route(posology: Posology) -> str:
    route = posology.route.display.lower() if posology.route else ""
    return f"par {route}" if route.startswith("voie") else route


def _until(event: str) -> str:
    """« jusqu'à disparition de la fièvre », « jusqu'au retour à domicile »."""
    for article, contracted in (("le ", "au "), ("les ", "aux ")):
        if event.startswith(article):
            return f"jusqu'{contracted}{event.removeprefix(article)}"
    return f"jusqu'à {event}" if event else ""


def _limit(limit: MaxDose) -> str:
    if limit.per_take:
        return f"maximum {amount(limit.dose)} par prise"
    if limit.within is None:
        return f"maximum {amount(limit.dose)} au total"
    if limit.within.value == 1 and limit.within.unit is Unit.DAY:
        return f"maximum {amount(limit.dose)} par jour"
    return f"maximum {amount(limit.dose)} en {duration_words(limit.within)}"


def _hour(text: str) -> str:
    hour, _, minute = text.partition(":")
    return f"{int(hour)} h" if minute in ("", "00") else f"{int(hour)} h {minute}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"
