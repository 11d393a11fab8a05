"""What a vendor must have before its product speaks to the real Pro Santé Connect."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

_ANS = "l'ANS (référencement Pro Santé Connect)"

PREREQUISITES = (
    Prerequisite(
        key="issuer",
        placeholder=r"https://(127\.0\.0\.1|localhost)\b.*",
        what="L'émetteur de Pro Santé Connect de cet environnement.",
        who=_ANS,
    ),
    Prerequisite(
        key="client_id",
        placeholder="lgc-simu.*",
        what="L'identifiant du logiciel, enregistré avec ses adresses de retour.",
        who=_ANS,
    ),
    Prerequisite(
        key="credential",
        placeholder="",
        what='Les autorités de Pro Santé Connect (kind = "trust"), ou un certificat ORG AUTH_CLI.',
        who="l'ANS (IGC-Santé)",
        credential=True,
    ),
)
