"""ebRIM objects as read from a submission: slots, classifications and identifiers, by what they say."""

from __future__ import annotations

from dataclasses import dataclass, field

from caducee_sandbox.namespaces import RIM
from caducee_sandbox.xml import Element, name


@dataclass(frozen=True, kw_only=True)
class Classification:
    """A code (``node`` in ``system``) or an author, classified by ``scheme``."""

    scheme: str
    node: str
    system: str
    label: str
    slots: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class RegistryObject:
    """A submission set or a document entry. ``identifiers`` and ``classifications`` are keyed by scheme UUID."""

    element: Element = field(repr=False)
    id: str
    mime_type: str
    object_type: str
    slots: dict[str, list[str]]
    title: str
    classifications: dict[str, list[Classification]]
    markers: tuple[str, ...]
    identifiers: dict[str, list[str]]
    strangers: tuple[str, ...]

    def slot(self, key: str) -> str:
        """Return the first value of a slot; empty when absent."""
        return next(iter(self.slots.get(key, [])), "")

    def codes(self, scheme: str) -> list[tuple[str, str]]:
        """Return (code, coding scheme) of each classification of a scheme."""
        return [(c.node, c.system) for c in self.classifications.get(scheme, [])]

    def identifier(self, scheme: str) -> str:
        """Return the external identifier of a scheme; empty unless there is exactly one."""
        found = self.identifiers.get(scheme, [])
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Association:
    """A link between two objects."""

    type: str
    source: str
    target: str
    slots: dict[str, list[str]]
    id: str = ""


def read_object(element: Element) -> RegistryObject:
    """Read a RegistryPackage or an ExtrinsicObject."""
    own = element.get("id") or ""
    all_classifications = element.findall(name(RIM, "Classification"))
    by_scheme: dict[str, list[Classification]] = {}
    for found in all_classifications:
        if found.get("classificationScheme"):
            read = _classification(found)
            by_scheme.setdefault(read.scheme, []).append(read)
    external = element.findall(name(RIM, "ExternalIdentifier"))
    identifiers: dict[str, list[str]] = {}
    for found in external:
        identifiers.setdefault(found.get("identificationScheme") or "", []).append(found.get("value") or "")
    referring = [c.get("classifiedObject") for c in all_classifications] + [e.get("registryObject") for e in external]
    return RegistryObject(
        element=element,
        id=own,
        mime_type=element.get("mimeType") or "",
        object_type=element.get("objectType") or "",
        slots=_slots(element),
        title=_label(element),
        classifications=by_scheme,
        markers=tuple(c.get("classificationNode") or "" for c in all_classifications if c.get("classificationNode")),
        identifiers=identifiers,
        strangers=tuple(r for r in referring if r not in (None, own)),
    )


def read_association(element: Element) -> Association:
    """Read an Association."""
    return Association(
        element.get("associationType") or "",
        element.get("sourceObject") or "",
        element.get("targetObject") or "",
        _slots(element),
        element.get("id") or "",
    )


def _classification(element: Element) -> Classification:
    slots = _slots(element)
    return Classification(
        scheme=element.get("classificationScheme") or "",
        node=element.get("nodeRepresentation") or "",
        system=next(iter(slots.get("codingScheme", [])), ""),
        label=_label(element),
        slots=slots,
    )


def _slots(element: Element) -> dict[str, list[str]]:
    slots: dict[str, list[str]] = {}
    for slot in element.iterfind(name(RIM, "Slot")):
        values = [value.text or "" for value in slot.iterfind(f"{name(RIM, 'ValueList')}/{name(RIM, 'Value')}")]
        slots.setdefault(slot.get("name") or "", []).extend(values)
    return slots


def _label(element: Element) -> str:
    found = element.find(f"{name(RIM, 'Name')}/{name(RIM, 'LocalizedString')}")
    return "" if found is None else found.get("value") or ""
