"""Medicines and devices."""

from __future__ import annotations

import msgspec

from caducee.model.codes import Code


class Medicine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medicine: branded, generic, by its international name (DCI), or magistral.

    ``name`` is what is prescribed. ``code`` is the CIS of a branded medicine; prescribed by DCI, the virtual medicine
    goes to ``virtual`` and ``code`` stays absent. ``presentation`` is the CIP, ``atc`` the ATC class, ``form`` of EDQM.
    """

    name: str
    code: Code | None = None
    virtual: Code | None = None
    presentation: Code | None = None
    atc: Code | None = None
    form: Code | None = None
    lot: str = ""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medical device: ``code`` of the EMDN, ``lpp`` of the list of what is reimbursed."""

    name: str
    code: Code | None = None
    lpp: Code | None = None
