"""IMG-DA-IMG 2024.01, demande d'acte d'imagerie."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries.build import Naming, optional, paragraphs, ref
from caducee.cda.header import Header
from caducee.cda.people import coded, nfc
from caducee.cda.volets.parts import ENTRIES, LOINC_NAME, whole
from caducee.model import bodies
from caducee.model.codes import TA_ASIP
from caducee.rendering import CD, II, Template

EVENT = CD("55115-0", LOINC_NAME, "Demande d'actes d'imagerie")
_HISTORIES = (
    ("medical_history", CD("11348-0", LOINC_NAME, "Antécédents médicaux")),
    ("surgical_history", CD("47519-4", LOINC_NAME, "Antécédents chirurgicaux")),
)
_CONTRAINDICATION = CD("64100-1", LOINC_NAME, "Contre-indications")
_FUNCTIONS = {
    "PT": CD("GEN-092.04.18", TA_ASIP, "Autre (autres traceurs, TEP-IRM)"),
    "NM": CD("GEN-092.04.19", TA_ASIP, "Autre fonction étudiée"),
}

_INFORMED = {
    True: "Le patient a été informé des risques de l'examen.",
    False: "Le patient n'a pas été informé des risques de l'examen.",
}


class History(msgspec.Struct, array_like=True, frozen=True):
    """One history, in words; a contraindication has a code too."""

    ref: str
    id: II
    code: CD
    label: str
    value: CD | None


class Act(msgspec.Struct, array_like=True, frozen=True):
    """One examination that is asked for."""

    ref: str
    id: II
    modality: CD
    label: str
    site: CD
    side: CD | None
    where: str
    urgent: str | None
    function: CD | None
    function_label: str | None
    comment: str | None


class ImagingRequest(Header, array_like=True, frozen=True):
    """An IMG-DA-IMG."""

    justification: tuple[str, ...]
    histories: tuple[History, ...]
    informed: bool
    informed_words: str
    patient_information: tuple[str, ...]
    acts: tuple[Act, ...]
    results: tuple[str, ...]


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/img_da_img.xml", ImagingRequest, ENTRIES)


def build(header: Header, body: bodies.ImagingRequest) -> ImagingRequest:
    """Return the document."""
    naming = Naming(header.id.root)
    order = II(body.order_root or header.series.root, body.order or "1")
    event = msgspec.structs.replace(header.context, act=EVENT, act_ids=(order,))
    return whole(
        ImagingRequest,
        msgspec.structs.replace(header, context=event),
        justification=paragraphs(body.justification),
        histories=(
            *(_history(naming, name, code, getattr(body, name)) for name, code in _HISTORIES),
            *(_contraindication(naming, at, one) for at, one in enumerate(body.contraindications)),
        ),
        informed=body.informed,
        informed_words=_INFORMED[body.informed],
        patient_information=paragraphs(body.patient_information),
        acts=tuple(_act(naming, f"body.acts[{at}]", one) for at, one in enumerate(body.acts)),
        results=paragraphs(body.previous_results),
    )


def _history(naming: Naming, name: str, code: CD, text: str) -> History:
    path = f"body.{name}"
    label = " ".join(paragraphs(text)) or "Sans objet"
    return History(ref(path), naming.id(path), code, f"{code.display} : {label}", None)


def _contraindication(naming: Naming, at: int, one: bodies.Contraindication) -> History:
    path = f"body.contraindications[{at}]"
    label = f"Contre-indication : {' '.join(paragraphs(one.label))}"
    return History(ref(path), naming.id(path), _CONTRAINDICATION, label, coded(one.code))


def _act(naming: Naming, path: str, one: bodies.ImagingAct) -> Act:
    function = optional(one.function) or _FUNCTIONS.get(one.modality.code)
    where = ", ".join(filter(None, [one.site.display, one.side.display if one.side else ""]))
    return Act(
        ref=ref(path),
        id=naming.id(path),
        modality=coded(one.modality),
        label=nfc(one.label) or one.modality.display,
        site=coded(one.site),
        side=optional(one.side),
        where=where,
        urgent=nfc(one.urgent_reason) or None,
        function=function,
        function_label=nfc(one.function_label) or (function.display if function else None),
        comment=" ".join(paragraphs(one.comment)) or None,
    )
