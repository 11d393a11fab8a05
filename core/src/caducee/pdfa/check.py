"""``check_pdfa``: whether a file can be PDF/A-1b, in milliseconds and without Java."""

from __future__ import annotations

import io
from typing import Any

from caducee.errors import Finding
from caducee.pdfa.catalog import catalog_faults, described_devices
from caducee.pdfa.drawn import Drawn
from caducee.pdfa.envelope import layout_faults
from caducee.pdfa.errors import FileTooLarge, FileUnreadable
from caducee.pdfa.fonts import font_faults
from caducee.pdfa.needs import malformed, need
from caducee.pdfa.objects import object_faults
from caducee.pdfa.rules import Rules


def check_pdfa(content: bytes) -> tuple[Finding, ...]:
    """Return what keeps a file from being PDF/A-1b, the most telling first; nothing when nothing was found.

    The claim, layout, fonts, colours, transparency, actions, annotations and limits are looked at, not every byte:
    a file without a finding is very likely to be accepted by a validator, one with a finding is not.

    Raises:
        CapabilityMissing: ``caducee[pdfa]`` is not installed.
    """
    try:
        broken = broken_rules(content)
    except (FileUnreadable, FileTooLarge):
        broken = (Rules.UNREADABLE,)
    return tuple(rule.value.finding() for rule in broken)


def broken_rules(content: bytes) -> tuple[Rules, ...]:
    """Return the rules that a file breaks, each once, in their order.

    Raises:
        FileUnreadable: what is drawn, or a font, is damaged.
        FileTooLarge: what is drawn, or a font, is larger than any real one.
    """
    pikepdf = need("pikepdf")
    found: set[Rules]
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found = {*layout_faults(content), *_faults(pdf)}
            if pdf.get_warnings():
                found.add(Rules.UNREADABLE)
    except pikepdf.PasswordError:
        found = {Rules.ENCRYPTED}
    except malformed():
        found = {Rules.UNREADABLE}
    return tuple(rule for rule in Rules if rule in found)


def _faults(pdf: Any) -> set[Rules]:
    found = {*catalog_faults(pdf), *object_faults(pdf)}
    drawn = Drawn()
    for page in pdf.pages:
        drawn.page(page)
        _appearances(drawn, page)
    found |= drawn.faults.keys()
    for font, texts in drawn.fonts:
        found |= set(font_faults(font, texts))
    described, sound = described_devices(pdf)
    if not sound:
        found.add(Rules.PROFILE)
    if drawn.devices - described:
        found.add(Rules.COLOUR if described else Rules.PROFILE)
    return found


def _appearances(drawn: Drawn, page: Any) -> None:
    for annotation in page.obj.get("/Annots", []):
        normal = annotation.get("/AP", {}).get("/N")
        if isinstance(normal, need("pikepdf").Stream):
            drawn.stream(normal, {})
        elif normal is not None:
            for state in normal.values():
                drawn.stream(state, {})
