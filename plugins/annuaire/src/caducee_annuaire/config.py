"""``[plugins.annuaire]``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from caducee.config import Secret
from caducee_annuaire.fhir.client import Bounds


class AnnuaireConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the directory is, and what is kept on this machine. Either half works alone.

    ``url`` is the FHIR API up to its version, ``credential`` the ``[credentials.*]`` of kind ``trust`` that its
    certificate chains to, ``api_key`` the key of the ANS portal. ``index`` is the file that ``caducee annuaire import``
    writes. ``white_list`` is the signed or plain XML list of trust domains, with ``white_list_authorities`` (PEM) for
    its signature; ``operators`` and ``rules`` stand in place of the files that ship.

    ``per_second`` is this process's part of the quota of the key (17). ``fresh_hours`` is how long an answer is not
    asked again, ``kept_answers`` how many are kept in memory, ``index_days`` from which age the index is called old.
    ``name_criterion`` searches by name in FHIR (no public text gives it; empty: names are looked for in the index
    only). ``patience`` is the longest wait, in seconds, that the directory may ask for.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^(https://[^\s?#@]+/v2/?)?$")] = ""
    credential: str = ""
    api_key: Secret | None = None
    index: Path | None = None
    white_list: Path | None = None
    white_list_authorities: Path | None = None
    operators: Path | None = None
    rules: Path | None = None
    per_second: Annotated[int, msgspec.Meta(ge=1, le=17)] = 17
    connect_timeout: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    answer_timeout: Annotated[float, msgspec.Meta(gt=0, le=30)] = 30.0
    patience: Annotated[float, msgspec.Meta(ge=0, le=30)] = 2.0
    page_size: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 50
    max_matches: Annotated[int, msgspec.Meta(ge=1)] = 500
    max_pages: Annotated[int, msgspec.Meta(ge=1)] = 100
    fresh_hours: Annotated[float, msgspec.Meta(ge=0, le=720)] = 24.0
    kept_answers: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 512
    index_days: Annotated[int, msgspec.Meta(ge=1)] = 30
    name_criterion: Annotated[str, msgspec.Meta(pattern=r"^([a-z_]+(:[a-z]+)?)?$")] = "name"

    def __post_init__(self) -> None:
        if bool(self.url) != (self.api_key is not None) or bool(self.url) != bool(self.credential):
            raise ValueError("url, credential et api_key vont ensemble : les trois, ou aucun.")
        if not self.url and self.index is None:
            raise ValueError("il faut url (avec credential et api_key), ou index, ou les deux.")

    @property
    def bounds(self) -> Bounds:
        """The most that is read for one question."""
        return Bounds(page=self.page_size, matches=self.max_matches, pages=self.max_pages, patience=self.patience)
