"""Colour spaces: which devices they lean on, and whether their profiles are ones that PDF 1.4 knows."""

from __future__ import annotations

from typing import Any

from caducee.pdfa.bounds import read
from caducee.pdfa.errors import FileUnreadable
from caducee.pdfa.needs import need
from caducee.pdfa.rules import Rules

GREY, RGB, CMYK = "/DeviceGray", "/DeviceRGB", "/DeviceCMYK"
_SHORT = {"/G": GREY, "/RGB": RGB, "/CMYK": CMYK}
_DEVICES = frozenset({GREY, RGB, CMYK})
_SIGNATURES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_CLASSES = (b"mntr", b"prtr", b"scnr", b"spac")
_HEADER, _NEWEST = 128, 2
_MAX_COLOURANTS = 8
_MAX_PROFILE = 8_000_000

#: The devices that the profile of an output intent describes, by its number of components.
DESCRIBED = {1: frozenset({GREY}), 3: frozenset({GREY, RGB}), 4: frozenset({GREY, CMYK})}


def devices_of(space: Any) -> frozenset[str]:
    """Return the devices that a space leans on."""
    pikepdf = need("pikepdf")
    if isinstance(space, pikepdf.Name):
        return frozenset({_SHORT.get(str(space), str(space))}) & _DEVICES
    if not isinstance(space, pikepdf.Array) or len(space) == 0:
        return frozenset()
    name = str(space[0])
    if len(space) == 1:
        return devices_of(space[0])
    if name in ("/Separation", "/DeviceN"):
        return devices_of(space[2])
    return devices_of(space[1]) if name in ("/Indexed", "/I", "/Pattern") else frozenset()


def fault_of(space: Any) -> Rules | None:
    """Return what is wrong with a space itself, or with what it stands on."""
    if not isinstance(space, need("pikepdf").Array) or len(space) < 2:
        return None
    name = str(space[0])
    if name == "/ICCBased":
        return None if sound_profile(space[1]) else Rules.PROFILE
    if name == "/DeviceN" and len(space[1]) > _MAX_COLOURANTS:
        return Rules.LIMITS
    if name in ("/Separation", "/DeviceN"):
        return fault_of(space[2])
    return fault_of(space[1]) if name in ("/Indexed", "/Pattern") else None


def sound_profile(stream: Any) -> bool:
    """Say whether a stream holds a profile of ICC version 2 that has as many components as it says."""
    try:
        data = read(stream, _MAX_PROFILE)
    except FileUnreadable:
        return False
    return (
        len(data) > _HEADER
        and data[36:40] == b"acsp"
        and data[8] <= _NEWEST
        and data[12:16] in _CLASSES
        and data[16:20] == _SIGNATURES.get(int(stream.get("/N", 0)))
    )
