"""What a vendor must have before its product asks the real directory."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

_INDEX_ALONE = {"url": ("",)}

PREREQUISITES = (
    Prerequisite(
        key="api_key",
        placeholder="",
        what="La clé de l'API « Annuaire Santé en libre accès ».",
        who="l'ANS (portail des API)",
        unless=_INDEX_ALONE,
    ),
    Prerequisite(
        key="credential",
        placeholder="",
        what="Les autorités du certificat de l'Annuaire Santé ([credentials.*] de type trust).",
        who="l'ANS",
        credential=True,
        unless=_INDEX_ALONE,
    ),
)
