"""The narratives: what a person reads, as a tree, and the passages that coded data refer to."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import Oddities, attribute, child, local, text
from caducee.cda.reading.model import Block
from caducee.cda.reading.parsing import V3

# Sections, lists and tables of real documents nest less than ten deep.
_DEEPEST = 60
_MOST_CHARACTERS = 50_000_000


class Narratives:
    """The passages of all narratives, by the identifiers that entries refer to.

    What entries repeat is bounded: many that refer to one long passage would make much of a little.
    """

    def __init__(self, document: etree._Element, oddities: Oddities) -> None:
        self._oddities = oddities
        self._elements: dict[str, etree._Element] = {}
        self._texts: dict[str, str] = {}
        self._left = _MOST_CHARACTERS
        for block in document.iter(f"{V3}text"):
            for one in block.iter("*"):
                if one.get("ID"):
                    self._elements.setdefault(attribute(one, "ID"), one)

    def resolve(self, element: etree._Element | None) -> str:
        """Return the passage that an element refers to, or its own text."""
        name = attribute(child(element, "reference"), "value").removeprefix("#")
        if name not in self._elements:
            return text(element)
        if name not in self._texts:
            self._texts[name] = text(self._elements[name])
        passage = self._texts[name]
        if len(passage) > self._left:
            message = "Des données codées répètent trop de texte ; celui-ci n'est pas repris."
            self._oddities.add(self._elements[name], "entry.expansion", message)
            return ""
        self._left -= len(passage)
        return passage

    def knows(self, reference: str) -> bool:
        """Say whether a reference leads somewhere."""
        return reference.removeprefix("#") in self._elements

    def read(self, element: etree._Element | None) -> tuple[str | Block, ...]:
        """Return what stands in a narrative element, texts as they are."""
        return () if element is None else self._content(element, 0)

    def _content(self, element: etree._Element, depth: int) -> tuple[str | Block, ...]:
        if depth >= _DEEPEST:
            message = "Un passage est mis en forme de manière trop imbriquée ; seul son texte est repris."
            self._oddities.add(element, "narrative.depth", message)
            return tuple(map(str, element.itertext()))
        content: list[str | Block] = [str(element.text)] if element.text else []
        for one in element:
            if isinstance(one.tag, str):
                names = {str(name).rpartition("}")[2]: str(value) for name, value in one.attrib.items()}
                content.append(Block(local(one), names, self._content(one, depth + 1)))
            if one.tail:
                content.append(str(one.tail))
        return tuple(content)
